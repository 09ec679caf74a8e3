import CSQLite
import Foundation
import Synchronization
import Testing
import Trading

@testable import Ledger
@testable import LedgerSQLite

@Suite("The ledger's file")
struct SQLiteFileTests {
    @Test("a commit is on disk when it returns: the writer has WAL with synchronous=FULL, and no checkpoint of its own")
    func durability() async throws {
        try await TestShop.withFile { path in
            let engine = try SQLiteEngine(SQLiteSettings(path: path))
            let writer = try #require(try engine.makeWriter() as? SQLiteWriter)
            #expect(try writer.connection.integer("PRAGMA synchronous", phase: .load) == 2)
            #expect(try writer.connection.text("PRAGMA journal_mode", phase: .load) == "wal")
            #expect(try writer.connection.integer("PRAGMA wal_autocheckpoint", phase: .load) == 0)
            await engine.close()
        }
    }

    @Test(
        "the file and its log are the owner's alone, whatever a process makes otherwise; one of before is taken from strangers"
    )
    func modes() async throws {
        try await TestShop.withFile { path in
            for before in [nil, 0o644, 0o640] as [Int?] {
                if let before { try FileManager.default.setAttributes([.posixPermissions: before], ofItemAtPath: path) }
                let engine = try SQLiteEngine(SQLiteSettings(path: path))
                let writer = try engine.makeWriter()
                for file in [path, path + "-wal", path + "-shm"] {
                    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                    // A group's permission to read that the owner has set is kept.
                    #expect(mode == (before == 0o640 ? 0o640 : before == nil ? 0o600 : 0o640), "\(file)")
                }
                withExtendedLifetime(writer) {}
                await engine.close()
            }
        }
    }

    @Test("a file that cannot be durable is refused")
    func notDurable() {
        let failure = #expect(throws: LedgerFailure.self) { try SQLiteEngine(SQLiteSettings(path: ":memory:")) }
        #expect(failure?.code == .io)
        #expect(failure?.retry == .never)
        #expect(failure?.detail.contains("synchronous=FULL") == true)
    }

    @Test("a directory that is not there is a failure that names the file")
    func noDirectory() {
        let failure = #expect(throws: LedgerFailure.self) {
            try SQLiteEngine(SQLiteSettings(path: "/nowhere/at/all/ledger.db"))
        }
        #expect(failure?.code == .io)
        #expect(failure?.detail.contains("/nowhere/at/all/ledger.db") == true)
    }

    @Test(
        "the file itself refuses what the rules promise never to write",
        arguments: [
            "UPDATE stock SET reserved = -1", "UPDATE stock SET reserved = 4", "UPDATE stock SET on_hand = 1",
            "UPDATE stock SET on_hand = NULL", "INSERT INTO stock VALUES ('X', 'main', -1, -1, 0)",
            "INSERT INTO stock VALUES ('MUG', 'main', 1, 0, 0)",
            "INSERT INTO events SELECT * FROM events", "INSERT INTO movements SELECT * FROM movements",
            "UPDATE orders SET document = NULL", "INSERT INTO idempotency SELECT * FROM idempotency",
            "INSERT INTO customer_emails SELECT * FROM customer_emails",
        ]
    )
    func constraints(_ sql: String) async throws {
        try await Self.withShop { shop, path in
            try await shop.stock(["MUG": 3])
            try await shop.run(TestShop.wish([("MUG", 2)]), key: .test(1))
            try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com")))
            let before = try await shop.dump()
            #expect(try RawSQLite(path).execute(sql) == SQLITE_CONSTRAINT)
            #expect(try await shop.dump() == before)
        }
    }

    @Test("the schema is made once, and is not touched when the file is opened again")
    func migratedOnce() async throws {
        try await TestShop.withFile { path in
            var seen: [[String]] = []
            for _ in 0..<3 {
                let engine = try SQLiteEngine(SQLiteSettings(path: path))
                let raw = try RawSQLite(path)
                seen.append(
                    try raw.texts("SELECT name || applied_at FROM migrations ORDER BY name")
                        + raw.texts("PRAGMA schema_version")
                )
                await engine.close()
            }
            #expect(seen[0].count == Migration.all.count + 1)
            #expect(Set(seen).count == 1)
        }
    }

    @Test("a file of the release before is searched in every script once it has been opened")
    func refolded() async throws {
        try await TestShop.withFile { path in
            let index = try #require(Migration.all.firstIndex { $0.name.hasSuffix("search in every script") })
            var connection: SQLiteConnection? = try SQLiteConnection(path: path, mode: .write, busyMilliseconds: 1000)
            try Migration.run(Array(Migration.all[..<index]), on: connection!)
            connection = nil
            let raw = try RawSQLite(path)
            for number in 0..<1200 {
                let product = Product(
                    sku: SKU(stored: "S\(number)"),
                    name: number == 1199 ? "Смартфон чёрный" : "Mug \(number)",
                    prices: []
                )
                let hex = product.document.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                #expect(
                    raw.execute("INSERT INTO products VALUES ('S\(number)', 1, NULL, '\(product.name)', '', x'\(hex)')")
                        == SQLITE_OK
                )
            }
            for _ in 0..<2 {
                let engine = try SQLiteEngine(SQLiteSettings(path: path))
                for (text, count) in [("черный", 1), ("mug", 1199), ("s1199", 1)] {
                    let hits = try await engine.read { (view) throws(LedgerFailure) in
                        try view.searchProducts(SearchQuery(text), after: nil)
                    }
                    #expect(hits.count == count, "\(text)")
                }
                await engine.close()
            }
            #expect(try raw.texts("SELECT count(*) FROM products WHERE fold < \(SearchFold.version)") == ["0"])
            #expect(raw.execute("INSERT INTO product_search (product_search) VALUES ('integrity-check')") == SQLITE_OK)
        }
    }

    @Test("parcels of a file from before late arrivals were told say whether they were one, once it has been opened")
    func lateArrivals() async throws {
        try await TestShop.withFile { path in
            let index = try #require(Migration.all.firstIndex { $0.name.hasSuffix("late arrivals said") })
            var connection: SQLiteConnection? = try SQLiteConnection(path: path, mode: .write, busyMilliseconds: 1000)
            try Migration.run(Array(Migration.all[..<index]), on: connection!)
            connection = nil
            let raw = try RawSQLite(path)
            for (id, late, document) in [
                ("01", 0, #"{"id":"shp_1","late":false}"#), ("02", 1, #"{"id":"shp_2","late":false}"#),
                ("03", 0, #"{"late":false,"arrivedLate":true}"#),
            ] {
                let row = """
                    INSERT INTO shipments (id, carrier, order_id, state, late, document, arrived_late)
                    VALUES (x'\(id)', 'manual', x'00', 'delivered', 0, CAST('\(document)' AS BLOB), \(late))
                    """
                #expect(raw.execute(row) == SQLITE_OK)
            }
            await (try SQLiteEngine(SQLiteSettings(path: path))).close()
            let kept = try raw.texts("SELECT CAST(document AS TEXT) FROM shipments ORDER BY id")
            #expect(kept.count == 3)
            #expect(try raw.texts("SELECT count(*) FROM shipments WHERE typeof(document) = 'blob'") == ["3"])
            for (document, wasLate) in zip(kept, [false, true, true]) {
                #expect(document.hasSuffix(#""late":false,"arrivedLate":\#(wasLate)}"#), "\(document)")
            }
        }
    }

    @Test("tasks of a file from before lanes have their carrier for one, once it has been opened")
    func lanes() async throws {
        try await TestShop.withFile { path in
            let index = try #require(Migration.all.firstIndex { $0.name.hasSuffix("lanes of tasks") })
            var connection: SQLiteConnection? = try SQLiteConnection(path: path, mode: .write, busyMilliseconds: 1000)
            try Migration.run(Array(Migration.all[..<index]), on: connection!)
            connection = nil
            let raw = try RawSQLite(path)
            let parcel = "INSERT INTO shipments VALUES (x'01', 'post', x'00', 'packed', 0, NULL, x'', 0)"
            #expect(raw.execute(parcel) == SQLITE_OK)
            // The second parcel is not there.
            for (kind, subject) in [(20, "01"), (23, "02"), (24, "01"), (30, "01")] {
                let task = "INSERT INTO tasks (kind, subject, due, epoch) VALUES (\(kind), x'\(subject)', 5, 0)"
                #expect(raw.execute(task) == SQLITE_OK)
            }
            await (try SQLiteEngine(SQLiteSettings(path: path))).close()
            // As a replica of the release before, which goes on for a while, makes one.
            #expect(raw.execute("INSERT INTO tasks (kind, subject, due, epoch) VALUES (30, x'02', 5, 0)") == SQLITE_OK)
            let lanes = "SELECT kind || ' ' || ifnull('>' || lane, 'none') FROM tasks ORDER BY kind, subject"
            #expect(try raw.texts(lanes) == ["20 >post", "23 >", "24 none", "30 none", "30 >"])
        }
    }

    @Test("a file from before a grant left room for what may come back knows what was spent, once it has been opened")
    func spentStoreCredit() async throws {
        try await TestShop.withFile { path in
            let index = try #require(Migration.all.firstIndex { $0.name.hasSuffix("store credit that may come back") })
            var connection: SQLiteConnection? = try SQLiteConnection(path: path, mode: .write, busyMilliseconds: 1000)
            try Migration.run(Array(Migration.all[..<index]), on: connection!)
            connection = nil
            let raw = try RawSQLite(path)
            let (buyer, other) = (ID<Customer>(high: 1, low: 0xAB), ID<Customer>(high: 1, low: 2))
            func hex(_ id: ID<Customer>) -> String { String(id.description.dropFirst(4)) }
            for (customer, currency) in [(buyer, "GBP"), (buyer, "EUR"), (other, "GBP")] {
                let row = "INSERT INTO store_credits VALUES (x'\(hex(customer))', '\(currency)', 10, 1)"
                #expect(raw.execute(row) == SQLITE_OK)
            }
            func payment(
                _ captured: Int64,
                _ refunded: Int64,
                _ currency: Currency,
                of customer: ID<Customer>?
            ) -> Payment {
                var payment = Payment.settled(
                    ID(high: 9, low: UInt64(captured)),
                    number: 1,
                    method: .storeCredit,
                    source: customer.map { .storeCredit($0) } ?? .giftCard(ID(high: 3, low: 3)),
                    amount: Money(captured, currency),
                    at: Timestamp(milliseconds: 1)
                )
                payment.refunded = refunded
                return payment
            }
            for payment in [
                payment(500, 200, .gbp, of: buyer), payment(70, 0, .gbp, of: buyer), payment(9, 9, .eur, of: buyer),
                payment(1000, 0, .gbp, of: nil),
            ] {
                let text = String(decoding: payment.document, as: UTF8.self)
                let id = payment.id.description.dropFirst(4)
                let columns = try raw.texts(
                    "SELECT name FROM pragma_table_info('payments') WHERE \"notnull\" AND dflt_value IS NULL AND name NOT IN ('id', 'document')"
                )
                let row = """
                    INSERT INTO payments (id, document\(columns.map { ", \($0)" }.joined()))
                    VALUES (x'\(id)', CAST('\(text)' AS BLOB)\(columns.map { _ in ", 1" }.joined()))
                    """
                #expect(raw.execute(row) == SQLITE_OK, "\(row)")
            }
            await (try SQLiteEngine(SQLiteSettings(path: path))).close()
            let spent = try raw.texts("SELECT hex(customer) || currency || spent FROM store_credits ORDER BY 1")
            #expect(
                Set(spent)
                    == Set(["\(hex(buyer))GBP370", "\(hex(buyer))EUR0", "\(hex(other))GBP0"].map { $0.uppercased() })
            )
        }
    }

    @Test("two processes that open a new file at once make its schema once")
    func openedTogether() async throws {
        try await TestShop.withFile { path in
            let engines = try await withThrowingTaskGroup(of: SQLiteEngine.self) { group in
                for _ in 0..<4 { group.addTask { try SQLiteEngine(SQLiteSettings(path: path)) } }
                return try await group.reduce(into: [SQLiteEngine]()) { $0.append($1) }
            }
            #expect(try RawSQLite(path).texts("SELECT name FROM migrations").count == Migration.all.count)
            for engine in engines { await engine.close() }
        }
    }

    @Test("a migration that fails leaves nothing of itself, and the file as it was")
    func failedMigration() async throws {
        try await TestShop.withFile { path in
            let connection = try SQLiteConnection(path: path, mode: .write, busyMilliseconds: 100)
            let broken = Migration.all + [Migration(name: "0002 broken", sql: "CREATE TABLE half (a); SELECT nonsense")]
            #expect(throws: LedgerFailure.self) { try Migration.run(broken, on: connection) }
            #expect(try RawSQLite(path).texts("SELECT name FROM migrations") == Migration.all.map(\.name))
            #expect(try RawSQLite(path).texts("SELECT name FROM sqlite_schema WHERE name = 'half'").isEmpty)
        }
    }

    @Test("a file that a newer build has changed is refused, says so, and stays as it is")
    func newerSchema() async throws {
        try await TestShop.withFile { path in
            await (try SQLiteEngine(SQLiteSettings(path: path))).close()
            let raw = try RawSQLite(path)
            #expect(raw.execute("INSERT INTO migrations VALUES ('9999 tomorrow', 1)") == SQLITE_OK)
            let failure = #expect(throws: LedgerFailure.self) { try SQLiteEngine(SQLiteSettings(path: path)) }
            #expect(failure?.retry == .never)
            #expect(failure?.detail.contains("newer than this build") == true)
            #expect(failure?.detail.contains("9999 tomorrow") == true)
            #expect(try raw.texts("SELECT count(*) FROM migrations") == ["\(Migration.all.count + 1)"])
        }
    }

    @Test("a file whose beginning is not a database is refused as corrupt", arguments: [16, 4096])
    func corruptFile(_ count: Int) async throws {
        try await Self.withDamage(at: 0, count: count) { path in
            let failure = #expect(throws: LedgerFailure.self) { try SQLiteEngine(SQLiteSettings(path: path)) }
            #expect(failure?.code == .corrupt)
            #expect(failure?.retry == .never)
        }
    }

    @Test("a row that is not what we wrote fails the command that needs it, and not the next one")
    func corruptRow() async throws {
        try await Self.withShop { shop, path in
            try await shop.stock(["MUG": 3])
            let order = try await shop.place([("MUG", 1)]).id
            #expect(try RawSQLite(path).execute("UPDATE orders SET document = x'7b7d'") == SQLITE_OK)
            let events = try await shop.rows(EventRow.self).count
            do throws(CommitError<OrderRefusal>) {
                _ = try await shop.committer.submit(ChangeOrder(order, .pay(reason: nil)))
                Issue.record("an unreadable order was paid")
            } catch {
                guard case .failed(let failure) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(failure.code == .corrupt && failure.phase == .load && failure.retry == .never)
            }
            #expect(try await shop.rows(EventRow.self).count == events)
            _ = try await shop.place([("MUG", 1)])
            #expect(try await shop.rows(EventRow.self).count == events + 1)
        }
    }

    @Test("a row that cannot be read fails its own command, not its neighbours in the same batch")
    func corruptNeighbour() async throws {
        try await Self.withShop { shop, path in
            try await shop.stock(["MUG": 3])
            let order = try await shop.place([("MUG", 1)]).id
            #expect(try RawSQLite(path).execute("UPDATE orders SET document = x'7b7d'") == SQLITE_OK)
            let placed = Mutex<Int>(0)
            let failed = Mutex<Int>(0)
            try await shop.asOneBatch([
                {
                    if (try? await shop.committer.submit(TestShop.wish([("MUG", 1)]))) != nil {
                        placed.withLock { $0 += 1 }
                    }
                },
                {
                    if (try? await shop.committer.submit(ChangeOrder(order, .pay(reason: nil)))) == nil {
                        failed.withLock { $0 += 1 }
                    }
                },
                {
                    if (try? await shop.committer.submit(TestShop.wish([("MUG", 1)]))) != nil {
                        placed.withLock { $0 += 1 }
                    }
                },
            ])
            #expect(placed.withLock { $0 } == 2)
            #expect(failed.withLock { $0 } == 1)
        }
    }

    @Test("a writer that another process keeps out says so, has changed nothing, and goes on afterwards")
    func busy() async throws {
        try await TestShop.withFile { path in
            let engine = try SQLiteEngine(SQLiteSettings(path: path, busyMilliseconds: 20))
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 3])
            let raw = try RawSQLite(path)
            #expect(raw.execute("BEGIN IMMEDIATE") == SQLITE_OK)
            try await shop.expect(.busy, .safe, of: TestShop.wish([("MUG", 1)]), key: .test(1))
            #expect(raw.execute("ROLLBACK") == SQLITE_OK)
            let placed = try await shop.committer.submit(TestShop.wish([("MUG", 1)]), key: .test(1))
            #expect(!placed.replayed)
            shop.committer.close()
            await engine.close()
        }
    }

    @Test("a closed engine answers no more reads")
    func closed() async throws {
        try await TestShop.withFile { path in
            let engine = try SQLiteEngine(SQLiteSettings(path: path))
            await engine.close()
            let failure = await #expect(throws: LedgerFailure.self) {
                try await engine.read { (view) throws(LedgerFailure) in try view.counter("a") }
            }
            #expect(failure?.code == .closed)
        }
    }

    private static func withShop(_ body: (TestShop, String) async throws -> Void) async throws {
        try await TestShop.withFile { path in
            let engine = try SQLiteEngine(SQLiteSettings(path: path))
            let shop = try TestShop(engine)
            do {
                try await body(shop, path)
            } catch {
                shop.committer.close()
                await engine.close()
                throw error
            }
            shop.committer.close()
            await engine.close()
        }
    }

    /// Runs `body` with a ledger file in which some bytes are overwritten, without a write-ahead log.
    private static func withDamage(at offset: UInt64, count: Int, _ body: (String) async throws -> Void) async throws {
        try await withShopFile { path in
            let handle = try FileHandle(forUpdating: URL(filePath: path))
            try handle.seek(toOffset: offset)
            try handle.write(contentsOf: Data(repeating: 0x5A, count: count))
            try handle.close()
            try await body(path)
        }
    }

    private static func withShopFile(_ body: (String) async throws -> Void) async throws {
        try await TestShop.withFile { path in
            let engine = try SQLiteEngine(SQLiteSettings(path: path))
            let shop = try TestShop(engine)
            try await shop.stock(["MUG": 3])
            shop.committer.close()
            await engine.close()
            try #require(RawSQLite(path).execute("PRAGMA wal_checkpoint(TRUNCATE)") == SQLITE_OK)
            for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
                try FileManager.default.removeItem(atPath: path + suffix)
            }
            try await body(path)
        }
    }
}
