import Testing

@testable import Drills

/// Figures of a drill, computed from operations with known results.
@Suite struct DrillTimelineTests {
    private static let second: Int64 = 1_000_000_000

    /// One operation every tenth of a second, each a millisecond long, unless `change` modifies it.
    private static func timeline(seconds: Int, _ change: (inout DrillOperation) -> Void = { _ in }) -> DrillTimeline {
        DrillTimeline(
            (0..<seconds * 10).map { index in
                let due = Int64(index) * second / 10
                var operation = DrillOperation(
                    due: due,
                    ended: due + 1_000_000,
                    attempts: 1,
                    isPurchase: index % 2 == 0,
                    outcome: .done,
                    status: 200
                )
                change(&operation)
                return operation
            }
        )
    }

    @Test("a calm shop has no unavailable second")
    func calm() {
        let stretch = Self.timeline(seconds: 5).stretch(from: 0, to: 5 * Self.second)
        #expect(stretch.operations == 50)
        #expect(stretch.purchases == 25)
        #expect(stretch.errors == 0)
        #expect(stretch.unavailableSeconds == 0)
        #expect(stretch.p50 == 1)
        #expect(stretch.p99 == 1)
    }

    @Test("a second with more than one failure in a hundred is unavailable, and only that one")
    func failures() {
        let timeline = Self.timeline(seconds: 5) { operation in
            if operation.due == 2 * Self.second { operation.outcome = .unanswered }
        }
        #expect(timeline.unavailableSeconds(from: 0, to: 5 * Self.second) == [2])
        #expect(timeline.unavailableSeconds(from: Self.second, to: 5 * Self.second) == [1])
        let stretch = timeline.stretch(from: 0, to: 5 * Self.second)
        #expect(stretch.errors == 1)
        #expect(stretch.failedPurchases == 1)
        #expect(stretch.refused == 0)
    }

    @Test("a second whose answers come after more than two seconds is unavailable")
    func slowness() {
        let timeline = Self.timeline(seconds: 3) { operation in
            if operation.due >= Self.second, operation.due < 2 * Self.second { operation.ended += 2 * Self.second }
        }
        #expect(timeline.unavailableSeconds(from: 0, to: 3 * Self.second) == [1])
        #expect(timeline.stretch(from: 0, to: 3 * Self.second).longest == 2001)
    }

    @Test("what succeeded at the second attempt is no error, and is told apart")
    func masked() {
        let timeline = Self.timeline(seconds: 1) { operation in
            if operation.due == 0 { operation.attempts = 2 }
        }
        let stretch = timeline.stretch(from: 0, to: Self.second)
        #expect(stretch.masked == 1)
        #expect(stretch.errors == 0)
    }

    @Test("goodput counts what ended well in a second, whenever it was wanted")
    func goodput() {
        let timeline = Self.timeline(seconds: 2) { operation in
            if operation.due == 9 * Self.second / 10 { operation.ended = Self.second + 1 }
            if operation.due == Self.second { operation.outcome = .refused }
        }
        #expect(timeline.doneBySecond(from: 0, to: 2 * Self.second) == [9, 10])
    }

    @Test("a percentile is the smallest value that enough values do not exceed")
    func percentiles() {
        let values = (1...100).map(Int64.init)
        #expect(DrillTimeline.percentile(values, 0.5) == 50)
        #expect(DrillTimeline.percentile(values, 0.99) == 99)
        #expect(DrillTimeline.percentile([7], 0.99) == 7)
        #expect(DrillTimeline.percentile([], 0.99) == 0)
    }
}
