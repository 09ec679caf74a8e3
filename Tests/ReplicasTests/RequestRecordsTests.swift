import Foundation
import Resilience
import Testing

@testable import Replicas

@Suite("What is under way, in memory that processes share")
struct RequestRecordsTests {
    private func withRecords(_ body: (RequestRecords) throws -> Void) throws {
        let data = NSTemporaryDirectory() + "records-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let records = try RequestRecords(RunDirectory(data: data))
        defer {
            records.removeAll()
            try? FileManager.default.removeItem(atPath: data)
        }
        try body(records)
    }

    @Test("a word that one has written another one reads")
    func shares() throws {
        try withRecords { records in
            let (mine, yours) = (try records.underWay(in: 1), try records.underWay(in: 1))
            #expect(mine.count == Quarantine.capacity)
            mine[7] = .max
            mine[Quarantine.capacity - 1] = 1
            #expect(yours[7] == .max)
            #expect(Quarantine.left(in: yours).count == 2)
            #expect(Quarantine.left(in: try records.underWay(in: 2)).isEmpty)
        }
    }

    @Test("what was under way in processes that have ended is forgotten, and what is suspected is not")
    func forgets() throws {
        try withRecords { records in
            var print = RequestPrint()
            print.add("GET")
            for process in 1...3 as ClosedRange<pid_t> { try records.underWay(in: process)[0] = 5 }
            for _ in 1...3 { _ = try records.suspects().strike(print, at: 100) }
            records.forgetAll(but: [2])
            #expect(try records.underWay(in: 1)[0] == 0)
            #expect(try records.underWay(in: 2)[0] == 5)
            #expect(try records.suspects().isRefused(print, at: 100))
            records.forgetAll(but: [])
            #expect(try !records.suspects().isRefused(print, at: 100))
        }
    }
}
