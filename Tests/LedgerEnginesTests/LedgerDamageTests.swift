import CSQLite
import Foundation
import Ledger
import LedgerEngines
import Testing
import Trading

/// A ledger that was found damaged is marked, by its first finding, until the mark is removed.
@Suite struct LedgerDamageTests {
    private static func withPath(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "/damage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory + "/ledger.db")
    }

    @Test("the first finding is kept, whole, and can be removed")
    func first() async throws {
        try await Self.withPath { path in
            let damage = LedgerDamage(of: path)
            #expect(!damage.isMarked && damage.read() == nil)
            let first = DamageFinding(at: Timestamp(seconds: 1000), by: .archive, "page \"7\"\nis 纸\u{7}")
            #expect(try damage.record(first))
            #expect(try !damage.record(DamageFinding(at: .now, by: .check, "later")))
            #expect(damage.isMarked && damage.read() == first)
            #expect(!first.words.contains("\n") && !first.words.contains("\u{7}"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent).count
                    == 1
            )
            try damage.clear()
            #expect(!damage.isMarked && damage.read() == nil)
            try damage.clear()
        }
    }

    @Test("words are bounded")
    func bounded() {
        let finding = DamageFinding(at: .now, by: .use, String(repeating: "é", count: 100_000))
        #expect(finding.words.unicodeScalars.count == DamageFinding.wordsMax)
    }

    @Test("a mark that cannot be read is a mark", arguments: ["", "{", "null", #"{"at":1}"#])
    func unreadable(_ text: String) async throws {
        try await Self.withPath { path in
            let damage = LedgerDamage(of: path)
            try text.write(toFile: damage.path, atomically: true, encoding: .utf8)
            #expect(damage.isMarked)
            #expect(damage.read()?.finder == .unknown)
            #expect(try !damage.record(DamageFinding(at: .now, by: .use, "x")), "it was not replaced")
        }
    }

    @Test("where the mark cannot be written, the process refuses changes all the same, and writes it later")
    func unwritable() async throws {
        try await Self.withPath { path in
            let ledger = try LedgerLocation(path: path).open()
            let committer = try Committer(engine: ledger)
            _ = try await committer.submit(WriteCanary())
            let draft = ledger.damage.path
            // The mark has no directory for a while; the open file lives on.
            let parent = (path as NSString).deletingLastPathComponent
            try FileManager.default.moveItem(atPath: parent, toPath: parent + "-away")
            ledger.record(DamageFinding(at: .now, by: .use, "a page"))
            #expect(access(draft, F_OK) != 0)
            #expect(ledger.isDamaged && ledger.finding?.words == "a page")
            await Self.expectRefused(committer)
            try FileManager.default.moveItem(atPath: parent + "-away", toPath: parent)
            ledger.recordAgain()
            #expect(LedgerDamage(of: path).read()?.words == "a page")
            committer.close()
            await ledger.close()
        }
    }

    static func expectRefused(_ committer: Committer) async {
        do throws(CommitError<LeaseRefusal>) {
            _ = try await committer.submit(AcquireLease("a job", holder: "a test", seconds: 10))
            Issue.record("a damaged ledger was changed")
        } catch {
            guard case .failed(let failure) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(failure.code == .damaged && failure.retry == .safe)
        }
    }

    @Test("a mark stops the writers of all processes at once, and what changes nothing goes on")
    func all() async throws {
        try await Self.withPath { path in
            let ledgers = [try LedgerLocation(path: path).open(), try LedgerLocation(path: path).open()]
            let committers = try ledgers.map { try Committer(engine: $0) }
            let secret = try await committers[0].submit(OpenShop()).outcome
            ledgers[0].record(DamageFinding(at: .now, by: .check, "a page"))
            for committer in committers {
                await Self.expectRefused(committer)
                #expect(try await committer.submit(OpenShop()).outcome == secret)
            }
            let counter = try await ledgers[1].read { (view) throws(LedgerFailure) in
                try view.counter(CounterRow.events)
            }
            #expect(counter == 0)
            try ledgers[1].damage.clear()
            for committer in committers { _ = try await committer.submit(WriteCanary()) }
            for committer in committers { committer.close() }
            for ledger in ledgers { await ledger.close() }
        }
    }

    @Test("a row that cannot be read marks the ledger, wherever it is met", arguments: [false, true])
    func met(isRead: Bool) async throws {
        try await Self.withPath { path in
            let ledger = try LedgerLocation(path: path).open()
            let committer = try Committer(engine: ledger)
            _ = try await committer.submit(WriteCanary())
            try Self.spoil(path)
            if isRead {
                await #expect(throws: LedgerFailure.self) {
                    try await ledger.read { (view) throws(LedgerFailure) in
                        try view.row(SettingRow.self, SettingRow.canary)
                    }
                }
            } else {
                let other = try Committer(engine: ledger)
                await #expect(throws: CommitError<Never>.self) { try await other.submit(WriteCanary()) }
                other.close()
            }
            #expect(ledger.damage.read()?.finder == .use)
            await Self.expectRefused(committer)
            committer.close()
            await ledger.close()
        }
    }

    @Test("what a read meets outside of the ledger says nothing about the ledger")
    func elsewhere() async throws {
        try await Self.withPath { path in
            let ledger = try LedgerLocation(path: path).open()
            await #expect(throws: LedgerFailure.self) {
                try await ledger.read { (view) throws(LedgerFailure) -> Int64 in
                    throw LedgerFailure(.corrupt, phase: .load, retry: .safe, detail: "a file of the archive")
                }
            }
            #expect(!ledger.isDamaged)
            await ledger.close()
        }
    }

    /// Makes a row unreadable, as another process could.
    private static func spoil(_ path: String) throws {
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        try #require(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
        try #require(sqlite3_exec(handle, "UPDATE settings SET value = 1.5", nil, nil, nil) == SQLITE_OK)
    }
}
