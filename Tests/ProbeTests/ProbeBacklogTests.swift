import Foundation
import Testing
import Trading

@testable import Probe

@Suite("What a prober has not told yet")
struct ProbeBacklogTests {
    private static func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    private func verdicts(_ body: [UInt8]) throws -> [(passed: Bool, failures: Int)] {
        let json = try JSONSerialization.jsonObject(with: Data(body)) as? [String: [[String: Any]]]
        return try #require(json?["verdicts"]).map { ($0["passed"] as? Bool ?? false, $0["failures"] as? Int ?? -1) }
    }

    @Test("failures are counted on until a round goes well")
    func runs() {
        var backlog = ProbeBacklog(name: "a")
        let failures = [nil, "gone", "gone", nil, "gone"].enumerated().map { index, failure in
            backlog.record(failure, at: Self.time(Int64(index))).failures
        }
        #expect(failures == [0, 1, 2, 0, 1])
    }

    @Test("a batch is the same under the same key until it is taken, whatever comes after it")
    func batches() throws {
        var backlog = ProbeBacklog(name: "a", postedMax: 2)
        for second in 0..<3 { _ = backlog.record(second == 1 ? "gone" : nil, at: Self.time(Int64(second))) }
        let sent = backlog.next()
        let first = try #require(sent)
        #expect(first.key == "a-1")
        #expect(try verdicts(first.body).map(\.passed) == [true, false])
        _ = backlog.record(nil, at: Self.time(3))
        let resent = backlog.next()
        let again = try #require(resent)
        #expect(again.key == first.key)
        #expect(again.body == first.body)
        backlog.settle()
        let second = backlog.next()
        #expect(try verdicts(#require(second).body).count == 2)
        backlog.settle()
        let none = backlog.next()
        #expect(none == nil)
    }

    @Test("what is kept is bounded; the oldest is forgotten first")
    func bounds() throws {
        var backlog = ProbeBacklog(name: "a", keptMax: 3)
        for second in 0..<5 { _ = backlog.record("gone", at: Self.time(Int64(second))) }
        let batch = backlog.next()
        #expect(try verdicts(#require(batch).body).map(\.failures) == [3, 4, 5])
    }

    @Test("the providers of a shop are found among what its components depend on")
    func providers() throws {
        let body = #"""
            {"components":[{"name":"orders","workers":[],"dependencies":[]},
            {"name":"payments","dependencies":[{"name":"payments-sandbox","inFlight":0},{"inFlight":1,"name":"x"}]}]}
            """#
        #expect(try ComponentAnswer.dependencies(of: Array(body.utf8)) == ["payments-sandbox", "x"])
    }
}
