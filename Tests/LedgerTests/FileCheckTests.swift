import CSQLite
import Foundation
import Ledger
import LedgerSQLite
import Synchronization
import TestSupport
import Testing
import Trading

/// A check of a file and of its log finds damage to their structure, and nothing in what is sound.
@Suite struct FileCheckTests {
    /// A part of the file of which a byte is changed.
    enum Place: String, CaseIterable {
        case tableLeaf, indexLeaf, freeList, header
    }

    /// A ledger file with many rows, an index and free pages, without a log; as plain SQLite, so that every page is known.
    private static func withFile(_ body: (String) async throws -> Void) async throws {
        try await TestShop.withFile { path in
            do {
                let raw = try RawSQLite(path)
                #expect(
                    raw.execute(
                        """
                        PRAGMA journal_mode = WAL;
                        CREATE TABLE goods (sku TEXT PRIMARY KEY, name TEXT NOT NULL, price INTEGER NOT NULL) WITHOUT ROWID;
                        CREATE INDEX goods_price ON goods (price);
                        CREATE TABLE gone (number INTEGER PRIMARY KEY, words TEXT NOT NULL);
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
                        INSERT INTO goods SELECT 'SKU-' || i, 'a name that takes its place ' || i, i * 7 % 1000 FROM n;
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
                        INSERT INTO gone SELECT i, 'words that are deleted again ' || i FROM n;
                        DELETE FROM gone;
                        PRAGMA wal_checkpoint(TRUNCATE)
                        """
                    ) == SQLITE_OK
                )
            }
            try await body(path)
        }
    }

    private static func check(_ path: String, _ kind: StructureCheck) throws -> FileCheck.Report {
        try FileCheck(SQLiteSettings(path: path)).run(kind)
    }

    /// Inverts one byte.
    private static func flip(_ path: String, at offset: Int) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(offset))
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data([byte ^ 0xFF]))
    }

    /// The offset of the first leaf below a table's or an index's root, by the file format (sqlite.org/fileformat2.html).
    private static func leaf(of name: String, in path: String, type: UInt8) throws -> Int {
        let page = 4096
        let said = try RawSQLite(path).texts("SELECT rootpage FROM sqlite_schema WHERE name = '\(name)'").first
        let root = try #require(said.flatMap { Int($0) })
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let start = (root - 1) * page
        try #require(bytes[start] != type, "the root of \(name) has no leaves")
        let cell = start + Int(bytes[start + 12]) << 8 + Int(bytes[start + 13])
        let child = bytes[cell..<cell + 4].reduce(0) { $0 << 8 | Int($1) }
        try #require(bytes[(child - 1) * page] == type)
        return (child - 1) * page
    }

    @Test("a sound file, of a shop or of anyone, has no errors", arguments: StructureCheck.allCases)
    func sound(_ kind: StructureCheck) async throws {
        try await Self.withFile { path in
            let report = try Self.check(path, kind)
            #expect(report.errors == [] && report.left == [] && !report.hasLeftFreePages)
            #expect(report.tables == 3)
        }
        try await TestShop.withFile { path in
            let engine = try SQLiteEngine(SQLiteSettings(path: path))
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 3])
            let report = try Self.check(path, kind)
            #expect(report.errors == [] && report.left == [])
            #expect(report.tables > 20 && report.logFrames > 0, "\(report)")
            shop.committer.close()
            await engine.close()
        }
    }

    @Test("a changed byte in a page's structure is found", arguments: Place.allCases)
    func damaged(_ place: Place) async throws {
        try await Self.withFile { path in
            let offset =
                switch place {
                case .tableLeaf: try Self.leaf(of: "goods", in: path, type: 0x0A)
                case .indexLeaf: try Self.leaf(of: "goods_price", in: path, type: 0x0A)
                // The file's header names the first trunk of the list, whose second word counts its leaves.
                case .freeList: try Self.trunk(in: path) + 5
                case .header: 16
                }
            try Self.flip(path, at: offset)
            // The list of free pages is no table's: only a full check reads it.
            let kind: StructureCheck = place == .freeList ? .full : .quick
            do throws(LedgerFailure) {
                let report = try FileCheck(SQLiteSettings(path: path)).run(kind)
                #expect(!report.errors.isEmpty)
            } catch {
                #expect(place == .header && error.code == .corrupt, "\(error.debugDescription)")
            }
        }
    }

    private static func trunk(in path: String) throws -> Int {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let page = bytes[32..<36].reduce(0) { $0 << 8 | Int($1) }
        try #require(page > 0, "there are free pages")
        return (page - 1) * 4096
    }

    @Test("an index that lacks an entry is found by a full check")
    func index() async throws {
        try await Self.withFile { path in
            let raw = try RawSQLite(path)
            // The index looks at another column from now on, so that its entries are wrong.
            #expect(
                raw.execute(
                    """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_schema SET sql = replace(sql, '(price)', '(name)') WHERE name = 'goods_price'
                    """
                ) == SQLITE_OK
            )
            #expect(try Self.check(path, .quick).errors == [])
            #expect(try !Self.check(path, .full).errors.isEmpty)
        }
    }

    @Test(
        "a changed byte in the log is found, in any frame that counts and in its header",
        arguments: [0, 30, 60, 4000, -10]
    )
    func log(_ offset: Int) async throws {
        try await Self.withFile { path in
            let raw = try RawSQLite(path)
            for number in 0..<8 {
                #expect(raw.execute("UPDATE goods SET price = \(number) WHERE sku = 'SKU-\(number)'") == SQLITE_OK)
            }
            let log = path + "-wal"
            let sound = try Self.check(path, .quick)
            #expect(sound.errors == [] && sound.logFrames >= 8)
            let size = 32 + sound.logFrames * (24 + 4096)
            // What follows the last commit is what an earlier use of the log left there, and does not count.
            let end = try FileHandle(forUpdating: URL(filePath: log))
            try end.seekToEnd()
            try end.write(contentsOf: Data(repeating: 7, count: 5000))
            try end.close()
            #expect(try Self.check(path, .quick).errors == [])
            try Self.flip(log, at: offset < 0 ? size + offset : offset)
            let errors = try Self.check(path, .quick).errors
            #expect(errors.contains { $0.contains("write-ahead log is damaged") }, "\(errors)")
            try Self.flip(log, at: offset < 0 ? size + offset : offset)
            #expect(try Self.check(path, .quick).errors == [])
        }
    }

    @Test("a log that is written to and starts over while it is checked is sound", .timeLimit(.minutes(20)))
    func busy() async throws {
        try await TestShop.withFile { path in
            let settings = SQLiteSettings(path: path, walBytes: 1 << 20, checkpointInterval: .milliseconds(5))
            let engine = try SQLiteEngine(settings)
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 1_000_000])
            let check = FileCheck(settings)
            var frames = 0
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for _ in 0..<400 { _ = try await shop.place([("MUG", 1)]) } }
                for _ in 0..<40 {
                    let report = try await onThread { try check.run(.quick) }
                    #expect(report.errors == [])
                    frames = max(frames, report.logFrames)
                }
                try await group.waitForAll()
            }
            #expect(frames > 0)
            shop.committer.close()
            await engine.close()
        }
    }

    @Test(
        "a part of a check is given up while the log grows too much, and made once it does not",
        .timeLimit(.minutes(20))
    )
    func growing() async throws {
        try await Self.withFile { path in
            let raw = try RawSQLite(path)
            let more = """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                INSERT INTO gone SELECT i, 'words that stay ' || i FROM n
                """
            #expect(raw.execute(more) == SQLITE_OK)
            let check = FileCheck(SQLiteSettings(path: path, walBytes: 1), watchingEvery: .milliseconds(1))
            let end = End()
            let left = try await withThrowingTaskGroup(of: Void.self) { group -> Bool in
                group.addTask {
                    try await onThread {
                        let writer = try RawSQLite(path)
                        #expect(writer.execute("PRAGMA wal_autocheckpoint = 0") == SQLITE_OK)
                        let change = "UPDATE goods SET price = price + 1 WHERE sku < 'SKU-2'"
                        while !end.isReached.load(ordering: .relaxed) { #expect(writer.execute(change) == SQLITE_OK) }
                    }
                }
                defer { end.isReached.store(true, ordering: .relaxed) }
                for _ in 0..<100 {
                    let report = try await onThread { try check.run(.full) }
                    #expect(report.errors == [])
                    if report.left.contains("gone"), report.hasLeftFreePages { return true }
                }
                return false
            }
            #expect(left, "no check was interrupted")
            let later = try check.run(.full)
            #expect(later.errors == [] && later.left == [] && !later.hasLeftFreePages)
        }
    }

    /// Whether a thread of a test has done enough.
    private final class End: Sendable {
        let isReached = Atomic(false)
    }

    @Test("a check that was told to stop ends with a failure that says nothing about the file")
    func stopped() async throws {
        try await Self.withFile { path in
            let check = FileCheck(SQLiteSettings(path: path))
            check.stop()
            let failure = #expect(throws: LedgerFailure.self) { try check.run(.quick) }
            #expect(failure?.code == .closed)
        }
    }
}
