import Ledger
import Testing
import Trading

@Suite("Counts of requests")
struct OutcomeCommandTests {
    private static func count(
        _ seconds: Int64,
        _ requestClass: String = "transaction",
        good: Int64 = 0,
        bad: Int64 = 0,
        failed: Int64 = 0,
        longest: Int64 = 0
    ) -> OutcomeBucketRow {
        var row = OutcomeBucketRow(OutcomeBucketRow.Key(Timestamp(milliseconds: seconds * 1000), requestClass))
        (row.good, row.bad, row.failed, row.longestFailure) = (good, bad, failed, longest)
        return row
    }

    @Test("what several replicas counted is added up, in whatever order it comes", arguments: EngineKind.allCases)
    func adds(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(RecordOutcomes([Self.count(10, good: 5), Self.count(20, good: 1)]))
            try await shop.run(RecordOutcomes([Self.count(20, bad: 2), Self.count(10, good: 7, bad: 1)]))
            try await shop.run(RecordOutcomes([Self.count(10, "probe", failed: 2, longest: 4)]))
            try await shop.run(RecordOutcomes([Self.count(10, "probe", failed: 3, longest: 3)]))
            let kept = try await shop.rows(OutcomeBucketRow.self)
            #expect(
                kept == [
                    Self.count(10, "probe", failed: 5, longest: 4),
                    Self.count(10, good: 12, bad: 1), Self.count(20, good: 1, bad: 2),
                ]
            )
        }
    }

    @Test(
        "a window is read by pages, from its first moment up to but not including its last",
        arguments: EngineKind.allCases
    )
    func window(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            #expect(try await shop.engine.firstOutcomes() == nil)
            try await shop.run(RecordOutcomes((1...50).map { Self.count($0 * 10, good: $0) }))
            #expect(try await shop.engine.firstOutcomes()?.milliseconds == 10_000)
            let found = try await shop.engine.outcomes(
                from: Timestamp(milliseconds: 20_000),
                to: Timestamp(milliseconds: 400_000),
                page: 7
            )
            #expect(found.map(\.good) == Array(2...39))
        }
    }

    @Test("counts past their time are removed, and only those", arguments: EngineKind.allCases)
    func prune(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let rows = (1...4).map { Self.count($0 * 10, good: 1) }
            try await shop.run(RecordOutcomes(rows))
            let prune = Prune(
                idempotency: ([], shop.clock.now),
                carts: [],
                events: [],
                outcomes: [rows[0].key, rows[1].key, Self.count(90).key]
            )
            #expect(try await shop.run(prune).removed == 2)
            #expect(try await shop.rows(OutcomeBucketRow.self) == Array(rows.dropFirst(2)))
        }
    }

    @Test("a request that is sent again with its key counts once", arguments: EngineKind.allCases)
    func once(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let key = IdempotencyKey(digest: Bits128(high: 1, low: 2), fingerprint: 3)
            for _ in 0..<2 { try await shop.run(RecordOutcomes([Self.count(10, good: 5)]), key: key) }
            #expect(try await shop.rows(OutcomeBucketRow.self) == [Self.count(10, good: 5)])
        }
    }
}
