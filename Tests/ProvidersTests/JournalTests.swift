import Foundation
import Synchronization
import Testing
import Trading

@testable import Sandbox

@Suite("The journal of a sandbox")
struct JournalTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)")
        .path

    private func replayed() throws -> [String] {
        var lines: [String] = []
        _ = try JournalFile.open(path) { lines.append(String(decoding: $0, as: UTF8.self)) }
        return lines
    }

    private func write(_ texts: [String], then tail: [UInt8] = []) throws {
        let bytes = texts.flatMap { JournalFile.line(Array($0.utf8)) } + tail
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test("what was settled is there after the process, in order")
    func settled() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let journal = try Journal(path) { _ in }
        for number in 0..<1000 {
            journal.append(Array("line \(number)".utf8))
            if number.isMultiple(of: 7) { try await journal.settled() }
        }
        try await journal.settled()
        journal.close()
        #expect(try replayed() == (0..<1000).map { "line \($0)" })
    }

    @Test("a torn last line is dropped, wherever it was torn, and the next one follows")
    func torn() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let last = JournalFile.line(Array("three".utf8))
        for length in 0..<last.count {
            try write(["one", "two"], then: Array(last.prefix(length)))
            #expect(try replayed() == ["one", "two"])
        }
        let journal = try Journal(path) { _ in }
        journal.append(Array("four".utf8))
        try await journal.settled()
        journal.close()
        #expect(try replayed() == ["one", "two", "four"])
    }

    @Test("damage before a good line is not passed over")
    func damaged() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write(["one", "two", "three"])
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(throws: JournalFailure.self) { try replayed() }
    }

    @Test("two processes cannot keep one journal")
    func locked() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let journal = try Journal(path) { _ in }
        #expect(throws: JournalFailure.self) { try Journal(path) { _ in } }
        journal.close()
        #expect(try replayed() == [])
    }

    @Test("a timetable gives each item once, when it is due")
    func timetable() {
        let start = Timestamp(milliseconds: 1000)
        var table = Timetable<Int>(from: start)
        for number in 0..<100 { table.add(number, at: Timestamp(milliseconds: 1000 + Int64(number) * 13)) }
        table.add(-1, at: Timestamp(milliseconds: 0))
        var seen: [Int] = []
        for time in stride(from: Int64(1000), through: 2400, by: 7) {
            for item in table.due(Timestamp(milliseconds: time)) {
                #expect(item < 0 || 1000 + Int64(item) * 13 <= time)
                seen.append(item)
            }
        }
        #expect(seen.sorted() == Array(-1..<100))
        table.add(7, at: Timestamp(milliseconds: 3000))
        #expect(table.due(Timestamp(milliseconds: 1_000_000)) == [7])
        #expect(table.due(Timestamp(milliseconds: 1_000_000)).isEmpty)
    }
}
