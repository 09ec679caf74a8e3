import API
import Foundation
import HTTPTypes
import HummingbirdTesting
import JSON
import Ledger
import NIOCore
import Testing
import Trading

@testable import Components

@Suite("The routes of availability", .timeLimit(.minutes(1)))
struct AvailabilityRouteTests {
    private static let now = Timestamp.now

    /// The start of the bucket `ago` buckets before the current one.
    private static func start(_ ago: Int64) -> Timestamp {
        Timestamp(milliseconds: (now.milliseconds / 10_000 - ago) * 10_000)
    }

    private static func row(
        _ ago: Int64,
        _ name: String = "transaction",
        good: Int64,
        bad: Int64 = 0
    ) -> OutcomeBucketRow {
        var row = OutcomeBucketRow(OutcomeBucketRow.Key(start(ago), name))
        (row.good, row.bad) = (good, bad)
        return row
    }

    private func json(_ answer: TestResponse) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? [String: Any])
    }

    @Test("the figures and the incidents are those of the ledger, and fit their schemas")
    func figures() async throws {
        let shop = try await PaymentShop([])
        let rows = (2...60).filter { !(20...22).contains($0) }.map { Self.row($0, good: 30, bad: $0 == 40 ? 3 : 0) }
        _ = try await shop.shop.committer.submit(RecordOutcomes(rows + [Self.row(30, "probe", good: 9, bad: 9)]))
        try await shop.run(working: false) { client in
            let headers = HTTPFields([HTTPField(name: PaymentShop.authorization.0, value: PaymentShop.authorization.1)])
            let to = Self.start(1).description
            let figures = try await client.execute(
                uri: "/v1/availability?to=\(to)&confidence=0.95",
                method: .get,
                headers: headers
            )
            #expect(figures.status == .ok, "\(String(buffer: figures.body))")
            let document = try json(figures)
            #expect(SchemaCheck.mistakes(of: document, in: "Availability") == [])
            #expect((document["requests"] as? [String: Any])?["bad"] as? Int == 3)
            let budget = try #require(document["budget"] as? [String: Any])
            for name in ["objective", "allowedSeconds"] {
                let figure = try #require(budget[name] as? Double)
                #expect("\(figure)".count <= 8, "\(name) is \(figure)")
            }
            #expect((document["time"] as? [String: Any])?["downSeconds"] as? Int == 30)
            #expect((document["figures"] as? [String: Any])?["confidence"] as? Double == 0.95)
            let list = try await client.execute(uri: "/v1/incidents?to=\(to)", method: .get, headers: headers)
            #expect(list.status == .ok)
            let incidents = try json(list)
            #expect(SchemaCheck.mistakes(of: incidents, in: "IncidentList") == [])
            let first = try #require((incidents["items"] as? [[String: Any]])?.first)
            #expect(first["seconds"] as? Double == 30)
            let start = try #require((first["start"] as? String).flatMap { Timestamp($0) })
            #expect(start == Self.start(22))
        }
    }

    @Test("an empty ledger has figures too; nonsense for a window or a confidence is told; a key is needed")
    func refusals() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            let headers = HTTPFields([HTTPField(name: PaymentShop.authorization.0, value: PaymentShop.authorization.1)])
            let empty = try await client.execute(uri: "/v1/availability", method: .get, headers: headers)
            #expect(empty.status == .ok)
            #expect(SchemaCheck.mistakes(of: try json(empty), in: "Availability") == [])
            for query in [
                "confidence=1", "confidence=0.4", "confidence=high", "from=now",
                "from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", "from=2020-01-01T00:00:00Z", "unknown=1",
            ] {
                let answer = try await client.execute(uri: "/v1/availability?\(query)", method: .get, headers: headers)
                #expect(answer.status == .badRequest, "\(query)")
            }
            #expect(try await client.execute(uri: "/v1/availability", method: .get).status == .unauthorized)
            #expect(try await client.execute(uri: "/v1/incidents", method: .get).status == .unauthorized)
        }
    }

    @Test("a prober's verdicts are taken once, and those of impossible times not at all")
    func verdicts() async throws {
        let shop = try await PaymentShop([])
        let (at, later) = (Self.start(3), Self.start(3).adding(seconds: 4))
        let body = """
            {"verdicts":[{"at":"\(at)","passed":true},{"at":"\(later)","passed":false,"failures":3},\
            {"at":"2001-01-01T00:00:00Z","passed":false},{"at":"2999-01-01T00:00:00Z","passed":true}]}
            """
        try await shop.run(working: false) { client in
            var headers = HTTPFields([HTTPField(name: PaymentShop.authorization.0, value: PaymentShop.authorization.1)])
            headers[.idempotencyKey] = "batch-1"
            for _ in 0..<2 {
                let answer = try await client.execute(
                    uri: "/v1/availability/probes",
                    method: .post,
                    headers: headers,
                    body: ByteBuffer(string: body)
                )
                #expect(answer.status == .ok, "\(String(buffer: answer.body))")
                #expect(try json(answer)["recorded"] as? Int == 2)
                #expect(try json(answer)["ignored"] as? Int == 2)
            }
            for bad in [#"{}"#, #"{"verdicts":[{"at":"2026-11-01T00:00:00Z"}]}"#, #"{"verdicts":[{"passed":true}]}"#] {
                headers[.idempotencyKey] = nil
                let answer = try await client.execute(
                    uri: "/v1/availability/probes",
                    method: .post,
                    headers: headers,
                    body: ByteBuffer(string: bad)
                )
                #expect(answer.status == .unprocessableContent, "\(bad)")
            }
            let rows = try await shop.shop.ledger.outcomes(from: .earliest, to: .latest)
            #expect(rows.count == 1)
            #expect(rows.first?.key == OutcomeBucketRow.Key(at, "probe"))
            #expect(rows.first.map { [$0.passed, $0.failed, $0.longestFailure] } == [1, 1, 3])
        }
    }
}
