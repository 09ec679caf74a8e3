import Supervision
import Testing

@Suite("How many replicas a metric asks for")
struct ReplicaCalculatorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var current: Int
        var target: Double
        var readings: [ScalingMetric.Reading]
        var desired: Int?

        init(
            _ description: String,
            _ current: Int,
            target: Double,
            _ values: [Double],
            missing: Int = 0,
            notReady: Int = 0,
            is desired: Int?
        ) {
            testDescription = description
            self.current = current
            self.target = target
            readings =
                values.map { .value($0) } + Array(repeating: .missing, count: missing)
                + Array(repeating: .notReady, count: notReady)
            self.desired = desired
        }
    }

    /// The situations in the Kubernetes documentation, and those in the tests of its controller.
    static let cases = [
        Case("twice the target: twice as many", 1, target: 100, [200], is: 2),
        Case("half the target: half as many", 2, target: 100, [50, 50], is: 1),
        Case("up by the mean", 3, target: 30, [30, 50, 70], is: 5),
        Case("down by the mean", 5, target: 50, [10, 30, 50, 25, 25], is: 3),
        Case("nothing within the tolerance", 3, target: 100, [101, 103, 102], is: 3),
        Case("one tenth more is within the tolerance", 10, target: 100, Array(repeating: 110, count: 10), is: 10),
        Case("one tenth less is within the tolerance", 10, target: 100, Array(repeating: 90, count: 10), is: 10),
        Case("a ninth less is not", 10, target: 100, Array(repeating: 88, count: 10), is: 9),
        Case("rounding makes no thirteenth", 10, target: 100, Array(repeating: 120, count: 10), is: 12),
        Case("not ready counts as nothing on the way up: fewer", 3, target: 30, [50, 70], notReady: 1, is: 4),
        Case("not ready counts as nothing on the way up: none", 3, target: 30, [40], notReady: 2, is: 3),
        Case("not ready does not count on the way down", 5, target: 50, [10, 30, 50], notReady: 2, is: 2),
        Case("missing counts as the target on the way down", 4, target: 100, [40, 9.5], missing: 2, is: 3),
        Case("missing counts as nothing on the way up", 2, target: 100, [190], missing: 1, is: 2),
        Case("missing, at the target: no change", 2, target: 100, [100], missing: 1, is: 2),
        Case("missing, below the target: no change", 2, target: 100, [60], missing: 1, is: 2),
        Case("missing and not ready, near the target", 3, target: 50, [45], missing: 1, notReady: 1, is: 3),
        Case("missing and not ready, far above", 3, target: 50, [200], missing: 1, notReady: 1, is: 4),
        Case("missing and not ready, far below", 4, target: 50, [10, 10], missing: 1, notReady: 1, is: 2),
        Case("no reading of a ready replica: no answer", 4, target: 50, [], missing: 2, notReady: 2, is: nil),
        Case("a value that is no number is missing", 2, target: 100, [190, .nan], is: 2),
        Case("idle: to nothing, and the bounds do the rest", 3, target: 50, [0, 0, 0], is: 0),
        Case("more is asked for, but fewer speak: no fewer", 6, target: 50, [75, 75], is: 6),
        Case("less is asked for, but more speak: no more", 2, target: 50, [40, 40, 40, 40], is: 2),
    ]

    @Test("the documented situations", arguments: cases)
    func documented(_ test: Case) {
        let metric = ScalingMetric(name: "cpu", target: test.target, readings: test.readings)
        #expect(ReplicaCalculator().desired(current: test.current, by: metric) == test.desired)
    }
}
