import JSON
import Supervision
import TestSupport
import Testing

@Suite("Heartbeats")
struct HeartbeatTests {
    static func random(_ generator: inout SeededGenerator) -> Heartbeat {
        var beat = Heartbeat(
            replica: ReplicaID(.random(in: 1...1000, using: &generator)),
            pid: .random(in: 1 ... .max, using: &generator),
            version: ["1.0", "2.0-\"rc\"\n", "é"].randomElement(using: &generator) ?? "",
            state: Heartbeat.State.allCases.randomElement(using: &generator) ?? .ready,
            sequence: .random(in: 1 ... .max, using: &generator)
        )
        beat.uptime = .milliseconds(Int64.random(in: 0...1_000_000_000_000, using: &generator))
        beat.eventLoopLag = .milliseconds(Int64.random(in: 0...10_000, using: &generator))
        beat.canaryAge =
            Bool.random(using: &generator) ? .milliseconds(Int64.random(in: 0...9, using: &generator)) : nil
        beat.workerFailures =
            Bool.random(using: &generator) ? ["orders": .random(in: 1 ... .max, using: &generator)] : [:]
        beat.inFlight = .random(in: 0...1000, using: &generator)
        beat.requests = Heartbeat.Requests(total: .random(in: 0 ... .max, using: &generator), errors: 7, shed: 3)
        beat.cpuTime = .milliseconds(Int64.random(in: 0...1_000_000_000, using: &generator))
        beat.residentBytes = .random(in: 0 ... .max, using: &generator)
        beat.descriptors = Heartbeat.Usage(used: 12, limit: 1024)
        beat.disk = Bool.random(using: &generator) ? Heartbeat.Usage(used: 5, limit: 9) : nil
        return beat
    }

    @Test("what is written is read back, in one line and within the bound", arguments: 1...50 as ClosedRange<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let beat = Self.random(&generator)
        #expect(try Heartbeat(bytes: beat.bytes) == beat, "seed \(seed)")
        #expect(beat.bytes.count <= Heartbeat.maxBytes)
        #expect(!beat.bytes.contains(UInt8(ascii: "\n")))
    }

    static let least = #""replica":1,"pid":2,"version":"v","state":"ready","sequence":3"#

    @Test(
        "members of a newer release are passed over, and what need not be said may be left out",
        arguments: [least, least + #","new":{"a":[1,2,{}]}"#, least + #","disk":null"#]
    )
    func lenient(_ members: String) throws {
        let expected = Heartbeat(replica: ReplicaID(1), pid: 2, version: "v", state: .ready, sequence: 3)
        #expect(try Heartbeat(bytes: Array("{\(members)}".utf8)) == expected)
    }

    @Test(
        "a text that is no heartbeat is refused, and the error says where",
        arguments: [
            (#"{"replica":1,"pid":2,"version":"v","state":"ready"}"#, JSONError.Code.missingMember, "/sequence"),
            (#"{"replica":0}"#, .outOfRange, "/replica"),
            (#"{"pid":9999999999}"#, .outOfRange, "/pid"),
            (#"{"state":"dead"}"#, .invalidValue, "/state"),
            (#"{"requests":-1}"#, .outOfRange, "/requests"),
            (#"{"version":7}"#, .wrongType, "/version"),
            (#"{"pid":1,"pid":1}"#, .duplicateMember, "/pid"),
            ("{\(least)", .truncated, ""),
            ("{\(least)} x", .trailingData, ""),
            (#"{\#(least),"diskFreeBytes":2,"diskTotalBytes":1}"#, .invalidValue, ""),
        ]
    )
    func refusals(_ text: String, _ code: JSONError.Code, _ pointer: String) {
        let error = #expect(throws: JSONError.self) { try Heartbeat(bytes: Array(text.utf8)) }
        #expect(error?.code == code)
        #expect(error?.pointer == pointer)
    }

    @Test("a difference tells rates, and only of one process in its order")
    func delta() throws {
        var first = Heartbeat(replica: ReplicaID(1), pid: 10, version: "v", state: .ready, sequence: 1)
        first.uptime = .seconds(10)
        first.requests = Heartbeat.Requests(total: 100, errors: 1, shed: 0)
        first.cpuTime = .seconds(3)
        var second = first
        second.sequence = 5
        second.uptime = .seconds(12)
        second.requests = Heartbeat.Requests(total: 140, errors: 11, shed: 2)
        second.cpuTime = .seconds(6)
        let delta = try #require(HeartbeatDelta(from: first, to: second))
        #expect(delta.requestRate == 20)
        #expect(delta.errorRatio == 0.25)
        #expect(delta.busyProcessors == 1.5)
        #expect(HeartbeatDelta(from: second, to: first) == nil)
        var restarted = second
        restarted.pid = 11
        #expect(HeartbeatDelta(from: first, to: restarted) == nil)
        var backwards = second
        backwards.requests.total = 99
        #expect(HeartbeatDelta(from: first, to: backwards) == nil)
    }
}
