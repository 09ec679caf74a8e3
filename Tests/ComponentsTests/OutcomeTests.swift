import Availability
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Logging
import Testing
import Trading

@testable import API
@testable import Components

@Suite("How requests end is counted")
struct OutcomeTests {
    private static func time(_ seconds: Double) -> Timestamp {
        Timestamp(milliseconds: 1_795_411_260_000 + Int64(seconds * 1000))
    }

    private static func row(
        _ seconds: Double,
        _ counted: CountedClass = .transaction,
        good: Int64 = 0,
        bad: Int64 = 0,
        excluded: Int64 = 0
    ) -> OutcomeBucketRow {
        var row = OutcomeBucketRow(OutcomeBucketRow.Key(time(seconds), counted.name))
        (row.good, row.bad, row.excluded) = (good, bad, excluded)
        return row
    }

    @Test(
        "faults and what came too late are bad, what the client did wrong does not count",
        arguments: [
            (200, 1_999, CountedClass.transaction, Availability.Outcome.good), (201, 2_001, .transaction, .bad),
            (200, 499, .interactive, .good), (304, 501, .interactive, .bad), (200, 9_999, .background, .good),
            (500, 1, .background, .bad), (503, 1, .interactive, .bad), (507, 1, .transaction, .bad),
            (404, 5_000, .interactive, .excluded), (409, 1, .transaction, .excluded), (429, 1, .background, .excluded),
        ]
    )
    func outcomes(_ status: Int, _ milliseconds: Int, _ counted: CountedClass, _ expected: Availability.Outcome) {
        let counters = OutcomeCounters()
        counters.record(status: status, took: .milliseconds(milliseconds), of: counted)
        for outcome in Availability.Outcome.allCases {
            #expect(counters.total(counted, outcome) == (outcome == expected ? 1 : 0), "\(outcome)")
        }
    }

    @Test("a bucket is taken once it is over, each count once, and one without requests says that somebody was there")
    func buckets() {
        let counters = OutcomeCounters()
        var reader = OutcomeReader(counters)
        for second in stride(from: 1.0, to: 30, by: 1) { reader.attend(at: Self.time(second)) }
        counters.record(status: 200, took: .zero, of: .transaction, at: Self.time(2))
        counters.record(status: 500, took: .zero, of: .interactive, at: Self.time(9.999))
        counters.record(status: 200, took: .zero, of: .transaction, at: Self.time(21))
        let first = reader.take(at: Self.time(20.5))
        #expect(first == [Self.row(0, good: 1), Self.row(0, .interactive, bad: 1), Self.row(10)])
        // A request that read the clock within the bucket and is counted after it.
        counters.record(status: 404, took: .zero, of: .transaction, at: Self.time(19.9))
        #expect(reader.take(at: Self.time(21)) == [Self.row(10, excluded: 1)])
        #expect(reader.take(at: Self.time(22)) == [])
        #expect(reader.take(at: Self.time(23), includingCurrent: true) == [Self.row(20, good: 1)])
        #expect(counters.total(.transaction, .good) == 2)
    }

    @Test("while the process was stopped nobody was there; what was counted before is not lost")
    func stopped() {
        let counters = OutcomeCounters()
        var reader = OutcomeReader(counters)
        reader.attend(at: Self.time(1))
        counters.record(status: 200, took: .zero, of: .probe, at: Self.time(1))
        reader.attend(at: Self.time(41))
        #expect(reader.take(at: Self.time(51)) == [Self.row(0, .probe, good: 1), Self.row(40)])
    }

    @Test("every route is in the class that its tier says; probes, figures and the description are in none")
    func classes() async throws {
        let shop = try await PaymentShop([])
        let classes = Dictionary(uniqueKeysWithValues: shop.endpoints.map { ($0.id, $0.countedClass) })
        for (id, counted) in [
            ("livez", nil), ("metrics", nil), ("docs", nil), ("getAvailability", nil), ("recordProbes", nil),
            ("placeOrder", .transaction), ("takePaymentNotice", .transaction), ("createCart", .interactive),
            ("listProducts", .interactive), ("listEvents", .background), ("importProducts", .background),
        ] as [(String, CountedClass?)] {
            #expect(classes[id] == .some(counted), "\(id)")
        }
    }

    @Test("a prober's requests are counted apart, and nobody without its key can hide his")
    func probes() async throws {
        let counters = OutcomeCounters()
        let endpoint = Endpoint(
            .get,
            "/product",
            id: "getProduct",
            tag: "Catalogue",
            "A route of this test",
            access: .anyone,
            responses: [ResponseKind(200, nil, "Done.")]
        ) { (_) throws(Problem) in Response(status: .ok) }
        let (prober, reader) = (
            KeyText.make(id: ID<APIKey>(high: 1, low: 1)), KeyText.make(id: ID<APIKey>(high: 1, low: 2))
        )
        let keyring = Keyring()
        let created = Self.time(0)
        keyring.replace(with: [
            APIKeyRow(
                id: ID(high: 1, low: 1),
                digest: prober.digest,
                name: "",
                scopes: ["operator:write"],
                createdAt: created,
                revokedAt: nil
            ),
            APIKeyRow(
                id: ID(high: 1, low: 2),
                digest: reader.digest,
                name: "",
                scopes: ["operator:read"],
                createdAt: created,
                revokedAt: nil
            ),
        ])
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let door = FrontDoor(
            [endpoint],
            keyring: keyring,
            metrics: RequestMetrics(),
            outcomes: counters,
            logger: logger
        )
        try await Application(responder: door.router().buildResponder(), logger: logger).test(.router) { client in
            let mark: HTTPFields = [.probe: "1"]
            for (key, isMarked) in [(prober, true), (prober, false), (reader, true), (nil, true)] {
                var headers = isMarked ? mark : [:]
                if let key { headers[.authorization] = "Bearer \(key.text)" }
                _ = try await client.execute(uri: "/product", method: .get, headers: headers)
            }
        }
        #expect(counters.total(.probe, .good) == 1)
        #expect(counters.total(.interactive, .good) == 3)
    }

    @Test("what is counted is in the ledger ten seconds later; a refused command is sent again, an unknown one is not")
    func recorder() async throws {
        let engine = MemoryEngine()
        let committer = try Committer(engine: engine)
        let counters = OutcomeCounters()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let recorder = OutcomeRecorder(
            ledger: engine,
            committer: committer,
            inputs: AvailabilityInputs(outcomes: counters),
            logger: logger
        )
        func kept() async throws -> [OutcomeBucketRow] {
            try await engine.outcomes(from: .earliest, to: .latest)
        }
        counters.record(status: 200, took: .zero, of: .transaction, at: Self.time(5))
        #expect(await recorder.turn(at: Self.time(6)))
        #expect(await !recorder.turn(at: Self.time(10.5)))
        #expect(try await kept().isEmpty)
        engine.failCommit(with: LedgerFailure(.diskFull, phase: .commit, retry: .safe))
        #expect(await recorder.turn(at: Self.time(11)))
        #expect(try await kept().isEmpty)
        #expect(await recorder.turn(at: Self.time(21)))
        #expect(try await kept() == [Self.row(0, good: 1), Self.row(10)])
        counters.record(status: 200, took: .zero, of: .transaction, at: Self.time(25))
        engine.failCommit(
            with: LedgerFailure(.io, phase: .commit, retry: .unknownOutcome),
            thenBegins: LedgerFailure(.io, phase: .begin, retry: .never)
        )
        #expect(await recorder.turn(at: Self.time(31)))
        engine.failBegins(with: nil)
        #expect(await recorder.turn(at: Self.time(41)))
        #expect(try await kept().map(\.key.start) == [0, 10, 30].map { Self.time($0) })
        committer.close()
    }
}
