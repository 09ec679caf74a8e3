import CSQLite
import Testing
import Trading

@testable import Ledger
@testable import LedgerSQLite

@Suite("One equality for addresses")
struct EmailKeyTests {
    @Test(
        "an address is one person's whatever its case and however its letters are composed, in every engine",
        arguments: EngineKind.allCases
    )
    func oneKey(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let zoe = try await shop.run(PutCustomer(CustomerDetails(email: "zo\u{EB}@example.com")))
            for other in ["zoe\u{308}@example.com", "ZOE\u{308}@EXAMPLE.COM", "Zo\u{CB}@example.com"] {
                await #expect(throws: CommitError<CustomerRefusal>.self) {
                    try await shop.run(PutCustomer(CustomerDetails(email: other)))
                }
            }
            _ = try await shop.run(EraseCustomer(zoe.id))
            _ = try await shop.run(PutCustomer(CustomerDetails(email: "zoe\u{308}@example.com")))
        }
    }

    @Test(
        "letters that are one but for their case have one key",
        arguments: [
            ("stra\u{DF}e@x.de", "STRASSE@x.de"), ("stra\u{DF}e@x.de", "STRA\u{1E9E}E@X.DE"),
            ("\u{3C3}@x", "\u{3C2}@x"),
            ("\u{3A3}@x", "\u{3C2}@x"), ("\u{212A}@x", "k@x"), ("\u{130}@x", "i\u{307}@x"),
            ("\u{1C4}@x", "\u{1C6}@x"), ("zo\u{CB}@X.de", "zoe\u{308}@x.DE"), ("\u{10D0}@x", "\u{1C90}@x"),
        ]
    )
    func folded(_ one: String, _ other: String) {
        let key = EmailKey(one).text
        #expect(Array(key.utf8) == Array(EmailKey(other).text.utf8))
        #expect(Array(EmailKey(key).text.utf8) == Array(key.utf8))
    }

    @Test("letters that are two stay two")
    func apart() {
        for (one, other) in [("\u{131}@x", "i@x"), ("\u{E4}@x", "a@x"), ("\u{430}@x", "a@x"), ("\u{F8}@x", "o@x")] {
            #expect(EmailKey(one) != EmailKey(other))
        }
    }

    @Test("a file of before has the keys of its addresses folded once it is opened, and loses no customer")
    func foldingMigration() async throws {
        try await TestShop.withFile { path in
            let before = Array(Migration.all.prefix { $0.name != "0055 folded addresses" })
            #expect(before.count < Migration.all.count)
            try Migration.run(before, on: SQLiteConnection(path: path, mode: .write, busyMilliseconds: 100))
            let raw = try RawSQLite(path)
            for (id, email) in [(1, "stra\u{DF}e@x"), (2, "strasse@x"), (3, "\u{3C2}@x")] {
                raw.execute("INSERT INTO customer_emails VALUES ('\(email)', x'0\(id)')")
                raw.execute("INSERT INTO customers (id, email, document) VALUES (x'0\(id)', '\(email)', x'7b7d')")
            }
            await (try SQLiteEngine(SQLiteSettings(path: path))).close()
            let emails = try raw.texts("SELECT hex(email) || hex(customer) FROM customer_emails ORDER BY email")
            #expect(emails == [hex("strasse@x") + "02", hex("\u{3C3}@x") + "03"])
            #expect(
                try raw.texts("SELECT hex(email) FROM customers ORDER BY id")
                    == ["strasse@x", "strasse@x", "\u{3C3}@x"].map(hex)
            )
        }
    }

    @Test(
        "a file of before has its addresses and references in the normal form once it is opened, and loses no customer"
    )
    func migration() async throws {
        try await TestShop.withFile { path in
            let before = Array(Migration.all.prefix { $0.name != "0043 one form of text" })
            #expect(before.count < Migration.all.count)
            try Migration.run(before, on: SQLiteConnection(path: path, mode: .write, busyMilliseconds: 100))
            let raw = try RawSQLite(path)
            for (id, email) in [(1, "zoe\u{308}@x"), (2, "zo\u{EB}@x"), (3, "nai\u{308}ve@x")] {
                raw.execute("INSERT INTO customer_emails VALUES ('\(email)', x'0\(id)')")
                raw.execute("INSERT INTO customers VALUES (x'0\(id)', '\(email)', 're\u{301}f', x'7b7d')")
            }
            await (try SQLiteEngine(SQLiteSettings(path: path))).close()
            let emails = try raw.texts("SELECT hex(email) || hex(customer) FROM customer_emails ORDER BY email")
            let expected = ["na\u{EF}ve@x": "03", "zo\u{EB}@x": "02"].map { hex($0.key) + $0.value }.sorted()
            #expect(emails == expected)
            #expect(
                try raw.texts("SELECT hex(email) FROM customers ORDER BY id")
                    == ["zo\u{EB}@x", "zo\u{EB}@x", "na\u{EF}ve@x"].map(hex)
            )
            #expect(try raw.texts("SELECT DISTINCT hex(reference) FROM customers") == [hex("r\u{E9}f")])
        }
    }

    @Test(
        "of two customers with one address from before, erasing one leaves the other's",
        arguments: EngineKind.allCases
    )
    func shared(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let holder = try await shop.run(PutCustomer(CustomerDetails(email: "ann@example.com")))
            let other = Customer(id: ID(high: 9, low: 9), email: "Ann@example.com", createdAt: .now, updatedAt: .now)
            try await shop.run(PutRow(CustomerRow(other)))
            _ = try await shop.run(EraseCustomer(other.id))
            #expect(try await shop.rows(EmailRow.self).map(\.customer) == [holder.id])
        }
    }

    private func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}

/// Writes a customer's row as it is.
private struct PutRow: Command {
    static let name = "putRow"
    let row: CustomerRow

    init(_ row: CustomerRow) { self.row = row }

    func decide(_ set: WorkingSet) throws(CustomerRefusal) -> Customer {
        set.customers.put(row)
        return row.customer
    }
}
