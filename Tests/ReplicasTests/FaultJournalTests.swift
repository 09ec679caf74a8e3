import Availability
import Foundation
import Testing

@testable import Replicas

@Suite("The journal of faults")
struct FaultJournalTests {
    private static func fault(_ number: Int, recovered: Timestamp? = nil) -> ComponentFault {
        ComponentFault(
            at: Timestamp(milliseconds: 1_795_411_261_123 + Int64(number)),
            component: "replica-\(number)",
            kind: ComponentFault.Kind.allCases[number % 4],
            cause: "signal \"9\"\nfrom nowhere",
            action: "another one is started",
            recovered: recovered
        )
    }

    private func withPath(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "/faults-\(UUID().uuidString).jsonl"
        defer { for file in [path, path + ".1"] where FileManager.default.fileExists(atPath: file) { unlink(file) } }
        try body(path)
    }

    @Test("faults come back as they were noted, with their recoveries, and open where there is none")
    func reads() throws {
        try withPath { path in
            let journal = FaultJournal(path: path)
            #expect(journal.noted().faults.isEmpty)
            for number in 0..<4 { try journal.append("1-\(number)", Self.fault(number)) }
            let served = Timestamp(milliseconds: 1_795_411_262_000)
            try journal.append(recovered: "1-2", at: served)
            try journal.append(recovered: "of another", at: served)
            #expect(
                journal.noted().faults == [
                    Self.fault(0), Self.fault(1), Self.fault(2, recovered: served), Self.fault(3),
                ]
            )
        }
    }

    @Test("measures come back beside the faults, with their ends, and in force where there is none")
    func measures() throws {
        try withPath { path in
            let journal = FaultJournal(path: path)
            func measure(_ subject: String, over: Timestamp? = nil, result: String? = nil) -> Measure {
                Measure(
                    at: Timestamp(milliseconds: 1_795_411_261_123),
                    subject: subject,
                    policy: "disk-almost-full",
                    cause: "disk 96 % used",
                    action: "writes are refused",
                    over: over,
                    result: result
                )
            }
            let over = Timestamp(milliseconds: 1_795_411_266_000)
            // A fault and a measure with the same name are kept apart.
            try journal.append("1-1", Self.fault(1))
            try journal.append("1-1", measure("machine"))
            try journal.append("1-2", measure("replica-2"))
            try journal.append(over: "1-1", "over after 4877 ms", at: over)
            let noted = journal.noted()
            #expect(noted.faults == [Self.fault(1)])
            #expect(
                noted.measures == [measure("machine", over: over, result: "over after 4877 ms"), measure("replica-2")]
            )
        }
    }

    @Test("a line that was cut short takes only itself")
    func damage() throws {
        try withPath { path in
            let journal = FaultJournal(path: path)
            try journal.append("1-0", Self.fault(0))
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data("{\"fault\":\"1-1\",\"at\":17\n".utf8))
            try file.close()
            try journal.append("1-2", Self.fault(2))
            #expect(journal.noted().faults == [Self.fault(0), Self.fault(2)])
        }
    }

    @Test("a file that has grown too long becomes the old one, and is still read")
    func turns() throws {
        try withPath { path in
            let journal = FaultJournal(path: path, bytesMax: 1_000)
            for number in 0..<10 { try journal.append("1-\(number)", Self.fault(number)) }
            #expect(FileManager.default.fileExists(atPath: path + ".1"))
            let found = journal.noted().faults
            #expect(found.last == Self.fault(9))
            #expect(found.count < 11)
            #expect(found.count >= 4)
        }
    }
}
