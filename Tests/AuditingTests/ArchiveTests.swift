import Foundation
import Ledger
import LedgerSQLite
import Synchronization
import Testing
import Trading

@testable import Auditing
@testable import OrderArchive

/// A shop with orders in every state, most of which have been closed for long.
struct ArchiveShop {
    let shop: AuditShop
    let customer: ID<Customer>
    /// The ledger with its archive.
    let whole: WholeLedger

    init() async throws {
        shop = try AuditShop()
        customer = try await shop.open()
        try await shop.trade(customer)
        try await shop.ship()
        for number in 1...20 {
            let id = try await shop.order([("TEA", 1)], customer: number.isMultiple(of: 4) ? customer : nil)
            let ends = number.isMultiple(of: 3)
            try await shop.change(id, ends ? [.cancel(reason: nil)] : [.pay(reason: nil), .fulfil(nil), .complete])
        }
        shop.wait(seconds: 86_400)
        whole = WholeLedger(shop.engine, shop.archive)
    }

    var archiver: OrderArchiver {
        var archiver = OrderArchiver(shop.engine, shop.committer, shop.archive)
        // Small blocks, so that a file has several.
        archiver.bounds.blockBytes = 4096
        archiver.bounds.orders = 10
        return archiver
    }

    @discardableResult
    func archive() async throws -> OrderArchiver.Outcome { try await archiver.run(closedBefore: shop.now) }

    func hotOrders() async throws -> Set<ID<Order>> { try await orders(of: shop.engine) }

    func allOrders() async throws -> Set<ID<Order>> { try await orders(of: whole) }

    private func orders(of ledger: any LedgerEngine) async throws -> Set<ID<Order>> {
        try await ledger.read { (view) throws(LedgerFailure) in
            Set(try view.rows(RowQuery<KeyOf<OrderRow>>(limit: 1000)).map(\.key))
        }
    }

    func archived() async throws -> [ID<Order>] {
        try await shop.engine.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<ArchivedOrderRow>(limit: 1000)).map(\.key)
        }
    }

    func files() async throws -> [ArchiveFileRow] {
        try await shop.engine.read { (view) throws(LedgerFailure) in try view.archiveFiles() }
    }

    func namesOnDisk() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: shop.archive.path))
    }

    /// Every id that the files hold, whether or not it counts.
    func idsInFiles() async throws -> Set<ID<Order>> {
        var ids: Set<ID<Order>> = []
        for file in try await files() {
            let reader = try shop.archive.reader(file)
            for number in 0..<reader.blockCount { ids.formUnion(try reader.block(UInt32(number)).map(\.id)) }
        }
        return ids
    }
}

@Suite("The archive of closed orders")
struct ArchiveTests {
    @Test("closed orders leave the hot tables, nothing is missing, and the audit is clean")
    func archives() async throws {
        let here = try await ArchiveShop()
        let before = try await ArchiveDigest.read(here.whole)
        let all = try await here.allOrders()
        #expect(try await here.shop.audit().violations == [])

        let outcome = try await here.archive()
        let archived = try await here.archived()
        #expect(outcome.archived >= 20 && outcome.archived == archived.count && outcome.changed == 0)
        #expect(outcome.files >= 2)
        #expect(try await here.hotOrders() == all.subtracting(archived))
        #expect(try await here.allOrders() == all)
        #expect(try await ArchiveDigest.read(here.whole) == before)
        let hot = try await ArchiveDigest.read(here.shop.engine)
        var sum = hot
        sum.add(outcome.digest)
        #expect(hot != before && sum == before)
        let report = try await here.shop.audit()
        #expect(report.violations == [])
        #expect(report.checked["orders"] == all.count)

        #expect(try await here.archive().archived == 0)
        #expect(try here.namesOnDisk() == Set(try await here.files().map(\.name)))
        await here.shop.close()
    }

    @Test("an order stays for as long as something about it may be expected")
    func keepsOpenOrders() async throws {
        let here = try await ArchiveShop()
        let states = try await here.shop.engine.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<OrderRow>(limit: 1000)).map(\.order)
        }
        let young = try await here.shop.order([("TEA", 1)])
        try await here.shop.change(young, [.cancel(reason: nil)])
        _ = try await here.archiver.run(closedBefore: here.shop.now.adding(seconds: -3600))
        let hot = try await here.hotOrders()
        #expect(hot.contains(young))
        for order in states where order.state.holdsStock || !order.due.isZero || !order.owed.isZero {
            #expect(hot.contains(order.id), "\(order.state)")
        }
        let open = try await here.shop.engine.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<ShipmentRow>(limit: 1000)).filter { !$0.shipment.state.isFinal }.count
        }
        #expect(open >= 2)
        await here.shop.close()
    }

    @Test("every query finds the same rows in the same order before and after")
    func findsTheSame() async throws {
        let here = try await ArchiveShop()
        let ids = Array(try await here.allOrders()).sorted()
        let before = try await Answers.read(here.whole, orders: ids, customer: here.customer)
        try await here.archive()
        let after = try await Answers.read(here.whole, orders: ids, customer: here.customer)
        #expect(before.count > 500 && before.contains { $0.rows.count > 10 })
        #expect(before == after)
        let hot = try await Answers.read(here.shop.engine, orders: ids, customer: here.customer)
        #expect(hot != before)
        await here.shop.close()
    }

    @Test(
        "a crash between two steps loses and doubles nothing, and the next run cleans up",
        arguments: OrderArchiver.Step.allCases
    )
    func survivesCrashes(step: OrderArchiver.Step) async throws {
        struct Crash: Error {}
        let here = try await ArchiveShop()
        let before = try await ArchiveDigest.read(here.whole)
        if step == .rewritten || step == .replaced {
            try await here.archive()
            #expect(try await here.archiver.bringBack(try #require(try await here.archived().first)))
        }
        var archiver = here.archiver
        archiver.betweenSteps = { if $0 == step { throw Crash() } }
        await #expect(throws: Crash.self) { try await archiver.run(closedBefore: here.shop.now) }
        #expect(try await ArchiveDigest.read(here.whole) == before)
        #expect(try await here.shop.audit().violations == [])

        try await here.archive()
        #expect(try await ArchiveDigest.read(here.whole) == before)
        #expect(try await here.shop.audit().violations == [])
        let files = try await here.files()
        #expect(files.allSatisfy { $0.live == $0.orders })
        #expect(try here.namesOnDisk() == Set(files.map(\.name)))
        await here.shop.close()
    }

    @Test(
        "a file that is not what was written to it is noticed before anything is deleted for it",
        arguments: ["changed", "cut", "missing"]
    )
    func readsBack(how: String) async throws {
        let here = try await ArchiveShop()
        let (before, hot) = (try await ArchiveDigest.read(here.whole), try await here.hotOrders())
        var archiver = here.archiver
        archiver.betweenSteps = { step in
            guard step == .written else { return }
            for name in try here.namesOnDisk() where name.hasSuffix(ArchiveDirectory.ending) {
                let file = URL(fileURLWithPath: "\(here.shop.archive.path)/\(name)")
                var bytes = try Data(contentsOf: file)
                bytes[bytes.count / 2] ^= 4
                switch how {
                case "missing": try FileManager.default.removeItem(at: file)
                case "cut": try bytes.prefix(bytes.count / 2).write(to: file)
                default: try bytes.write(to: file)
                }
            }
        }
        await #expect(throws: LedgerFailure.self) { try await archiver.run(closedBefore: here.shop.now) }
        #expect(try await here.hotOrders() == hot)
        #expect(try await here.files() == [])
        #expect(try await here.shop.audit().violations == [])
        try await here.archive()
        #expect(try await here.hotOrders() != hot)
        #expect(try await ArchiveDigest.read(here.whole) == before)
        #expect(try here.namesOnDisk() == Set(try await here.files().map(\.name)))
        await here.shop.close()
    }

    @Test(
        "after a run the file is compared with what the ledger says of it",
        arguments: [
            "DELETE FROM archived_orders WHERE file = 1 AND id = (SELECT min(id) FROM archived_orders WHERE file = 1)",
            "UPDATE archived_orders SET file = 2 WHERE id = (SELECT min(id) FROM archived_orders WHERE file = 1)",
            "UPDATE archive_files SET live = live - 1 WHERE number = 1",
            "DELETE FROM archive_files WHERE number = 1",
        ]
    )
    func comparesFile(sql: String) async throws {
        let here = try await ArchiveShop()
        try await here.archive()
        @Sendable func errors() async throws -> [String] {
            try await here.shop.engine.read { (view) throws(LedgerFailure) in
                try ArchiveCheck(view: view, directory: here.shop.archive).errors(of: 1)
            }
        }
        #expect(try await errors() == [])
        try here.shop.spoil(sql)
        #expect(try await !errors().isEmpty)
        await here.shop.close()
    }

    @Test("a run to the end is recorded, and one that ends early is not")
    func recordsRuns() async throws {
        struct Crash: Error {}
        let here = try await ArchiveShop()
        @Sendable func last() async throws -> ArchiveRun? {
            try await here.shop.engine.read { (view) throws(LedgerFailure) in try view.lastArchiveRun() }
        }
        #expect(try await last() == nil)
        var archiver = here.archiver
        archiver.betweenSteps = { if $0 == .deleted { throw Crash() } }
        await #expect(throws: Crash.self) { try await archiver.run(closedBefore: here.shop.now) }
        #expect(try await last() == nil)
        let outcome = try await here.archive()
        let run = try #require(try await last())
        #expect(run.archived == outcome.archived && run.files == outcome.files && run.bytes == outcome.bytes)
        #expect(run.archived > 0 && run.at >= here.shop.now.adding(seconds: -1))
        await here.shop.close()
    }

    @Test("a reference that must be unique stays taken by an archived order, and once the order is brought back")
    func keepsReferences() async throws {
        let here = try await ArchiveShop()
        let wish = PlaceOrder(
            source: .lines([OrderRequestLine(sku: SKU(stored: "TEA"), quantity: 1)], AuditShop.gbp),
            customer: OrderCustomer(id: here.customer),
            reference: "PO 7",
            references: .unique(tellsOrder: true),
            holdSeconds: 900,
            authority: .shop
        )
        let first = try await here.shop.submit(wish).order.id
        try await here.shop.change(first, [.cancel(reason: nil)])
        here.shop.wait(seconds: 10)
        try await here.archive()
        #expect(try await !here.hotOrders().contains(first))
        @Sendable func holder() async throws -> ID<Order>? {
            do throws(CommitError<PlaceOrderRefusal>) {
                _ = try await here.shop.committer.submit(wish)
                return nil
            } catch {
                guard case .refused(.referenceTaken(let order)) = error else { throw error }
                return order
            }
        }
        #expect(try await holder() == first)
        #expect(try await here.archiver.bringBack(first))
        #expect(try await holder() == first)
        #expect(try await here.shop.audit().violations == [])
        await here.shop.close()
    }

    @Test("an order that changes after it was copied stays, with its change, and its copy goes")
    func keepsWhatChanges() async throws {
        let here = try await ArchiveShop()
        var archiver = here.archiver
        let chosen = Mutex<ID<Order>?>(nil)
        let all = try await here.allOrders()
        archiver.betweenSteps = { step in
            guard step == .recorded, chosen.withLock({ $0 }) == nil else { return }
            let reader = try here.shop.archive.reader(try #require(try await here.files().first))
            let id = try #require(try reader.block(0).first?.id)
            let amount = Money(1, AuditShop.gbp)
            try await here.shop.submit(GiveCredit(kind: .adjustment, amount: amount, reason: "late", order: id))
            chosen.withLock { $0 = id }
        }
        let outcome = try await archiver.run(closedBefore: here.shop.now)
        let id = try #require(chosen.withLock { $0 })
        #expect(outcome.changed == 1 && outcome.rewritten == 1)
        #expect(try await here.hotOrders().contains(id))
        #expect(try await !here.idsInFiles().contains(id))
        #expect(try await here.allOrders() == all)
        let credits = try await here.whole.read { (view) throws(LedgerFailure) in
            try view.allRows(CreditRow.self, .ofOrder(id)).map(\.credit.reason)
        }
        #expect(credits.contains("late"))
        #expect(try await here.shop.audit().violations == [])
        await here.shop.close()
    }

    @Test("an order that is brought back can be changed and archived again, and only its last state counts")
    func bringsBack() async throws {
        let here = try await ArchiveShop()
        try await here.archive()
        let id = try #require(try await here.archived().last)
        #expect(try await here.archiver.bringBack(id))
        #expect(try await !here.archiver.bringBack(id))
        #expect(try await here.hotOrders().contains(id))
        try await here.shop.submit(
            GiveCredit(kind: .adjustment, amount: Money(1, AuditShop.gbp), reason: "late", order: id)
        )
        try await here.shop.submit(
            GiveCredit(kind: .adjustment, amount: Money(-1, AuditShop.gbp), reason: "undone", order: id)
        )
        let before = try await ArchiveDigest.read(here.whole)
        #expect(try await here.shop.audit().violations == [])
        here.shop.wait(seconds: 10)
        #expect(try await here.archive().archived == 1)
        #expect(try await ArchiveDigest.read(here.whole) == before)
        let order = try await here.whole.read { (view) throws(LedgerFailure) in
            (try view.row(OrderRow.self, id), try view.allRows(CreditRow.self, .ofOrder(id)).count)
        }
        #expect(order.0 != nil && order.1 >= 2)
        #expect(try await here.shop.audit().violations == [])
        await here.shop.close()
    }

    @Test("a file without what left it is written anew, and the old file is removed")
    func rewrites() async throws {
        let here = try await ArchiveShop()
        try await here.archive()
        let old = try await here.files()
        let gone = Array(try await here.archived().prefix(3))
        for id in gone { #expect(try await here.archiver.bringBack(id)) }
        let before = try await ArchiveDigest.read(here.whole)
        #expect(try await here.archiver.rewrite() >= 1)
        #expect(try await here.idsInFiles().isDisjoint(with: gone))
        let files = try await here.files()
        #expect(files != old && files.allSatisfy { $0.live == $0.orders })
        #expect(try here.namesOnDisk() == Set(files.map(\.name)))
        #expect(try await ArchiveDigest.read(here.whole) == before)
        for id in try await here.archived() { #expect(try await here.archiver.bringBack(id)) }
        _ = try await here.archiver.rewrite()
        #expect(try await here.files() == [])
        #expect(try here.namesOnDisk() == [])
        #expect(try await here.shop.audit().violations == [])
        await here.shop.close()
    }

    @Test("a changed byte anywhere in a file is a violation, and never a wrong answer")
    func noticesDamage() async throws {
        let here = try await ArchiveShop()
        try await here.archive()
        let file = try #require(try await here.files().first)
        let path = "\(here.shop.archive.path)/\(file.name)"
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        let before = try await ArchiveDigest.read(here.whole)
        for place in stride(from: 0, to: sound.count, by: max(1, sound.count / 60)) {
            var damaged = sound
            damaged[place] ^= 0x10
            try damaged.write(to: URL(fileURLWithPath: path))
            let fresh = WholeLedger(here.shop.engine, ArchiveDirectory(path: here.shop.archive.path))
            #expect(try await !fresh.structureErrors(.quick).isEmpty, "byte \(place)")
            do throws(LedgerFailure) {
                #expect(try await ArchiveDigest.read(fresh) == before, "byte \(place)")
            } catch {
                #expect(error.code == .corrupt, "byte \(place)")
            }
        }
        for size in [0, 8, sound.count / 2, sound.count - 1] {
            try sound.prefix(size).write(to: URL(fileURLWithPath: path))
            let fresh = WholeLedger(here.shop.engine, ArchiveDirectory(path: here.shop.archive.path))
            #expect(try await !fresh.structureErrors(.quick).isEmpty, "\(size) bytes")
            await #expect(throws: LedgerFailure.self) { try await ArchiveDigest.read(fresh) }
        }
        try FileManager.default.removeItem(atPath: path)
        let fresh = WholeLedger(here.shop.engine, ArchiveDirectory(path: here.shop.archive.path))
        #expect(try await !fresh.structureErrors(.quick).isEmpty)
        await #expect(throws: LedgerFailure.self) { try await ArchiveDigest.read(fresh) }
        here.shop.archive.keepOnly([])
        let report = try await here.shop.audit()
        #expect(report.violations.contains { $0.found.contains(file.name) })
        await here.shop.close()
    }

    @Test(
        "the audit finds an archived order that is lost, doubled or miscounted",
        arguments: [
            "DELETE FROM archived_orders WHERE id = (SELECT min(id) FROM archived_orders)",
            "UPDATE archived_orders SET file = 1 WHERE id = (SELECT max(id) FROM archived_orders)",
            "UPDATE archived_orders SET file = 99 WHERE id = (SELECT max(id) FROM archived_orders)",
            "INSERT INTO archived_orders SELECT max(id), 1, NULL FROM orders",
            "UPDATE archive_files SET live = live - 1 WHERE number = 1",
            "DELETE FROM archive_files WHERE number = 1",
        ]
    )
    func auditsTheArchive(sql: String) async throws {
        let here = try await ArchiveShop()
        try await here.archive()
        #expect(try await here.files().count >= 2)
        try here.shop.spoil(sql)
        let violations = try await here.shop.audit().violations
        #expect(violations.contains { $0.invariant == .structure })
        await here.shop.close()
    }

    @Test("a run that stood still for longer than its lease removes nothing that another one wrote meanwhile")
    func standsStill() async throws {
        let here = try await ArchiveShop()
        var archiver = here.archiver
        let others = Mutex(0)
        archiver.betweenSteps = { step in
            guard step == .listed, others.withLock({ $0 }) == 0 else { return }
            here.shop.wait(seconds: 60)
            let archived = try await here.archive().archived
            others.withLock { $0 = archived }
        }
        // Its place was taken, so the ledger refuses what it would do now.
        await #expect(throws: (any Error).self) { try await archiver.run(closedBefore: here.shop.now) }
        #expect(others.withLock { $0 } > 0)
        #expect(try here.namesOnDisk() == Set(try await here.files().map(\.name)))
        #expect(try await here.shop.audit().violations == [])
        await here.shop.close()
    }

    @Test("two runs at a time are refused")
    func runsAlone() async throws {
        let here = try await ArchiveShop()
        var archiver = here.archiver
        let refused = Mutex(0)
        archiver.betweenSteps = { _ in
            await #expect(throws: OrderArchiver.Stop.self) { try await here.archive() }
            refused.withLock { $0 += 1 }
        }
        let outcome = try await archiver.run(closedBefore: here.shop.now)
        #expect(refused.withLock { $0 } > 0 && outcome.archived > 0)
        await here.shop.close()
    }
}

@Suite("The tables of the archive")
struct ArchiveTableTests {
    @Test("every table with an order's id is archived with the order, or stays for a reason")
    func knowsEveryTable() {
        let archived = Set(OrderRows.schemas.map(\.name))
        // The numbers of entries and movements have no gaps; the row of an archived order is what the hot tables keep of it. What was decided
        // on a carrier's booking after a restore is no part of its order, which may not exist.
        let staying: Set = ["journal", "movements", "archived_orders", "recovered_parcels"]
        for schema in LedgerTables.schemas where !archived.contains(schema.name) && !staying.contains(schema.name) {
            #expect(!schema.columns.contains { $0.name == "order_id" || $0.name == "order" }, "\(schema.name)")
        }
        for schema in OrderRows.schemas {
            #expect(schema.keyCount == 1, "\(schema.name)")
            guard case .id = schema.columns[0].kind else {
                Issue.record("\(schema.name) is not keyed by an id")
                continue
            }
        }
    }

    @Test("a row that is older than a column gets the value that a migration gave it")
    func fillsNewColumns() {
        for schema in OrderRows.schemas {
            for column in schema.columns where column.initial != nil || column.isNullable {
                var columns = RowColumns()
                #expect(column.addInitial(to: &columns) && columns.values.count == 1, "\(schema.name).\(column.name)")
            }
        }
        var columns = RowColumns()
        #expect(!Column.integer("state").addInitial(to: &columns))
    }
}

/// The answers to many queries over every table of the archive.
private struct Answers: OrderTableVisitor {
    struct Answer: Equatable, Sendable {
        let query: String
        let rows: [UInt64]
    }

    let view: any LedgerView
    let orders: [ID<Order>]
    let customer: ID<Customer>
    var answers: [Answer] = []

    static func read(
        _ ledger: any LedgerEngine,
        orders: [ID<Order>],
        customer: ID<Customer>
    ) async throws -> [Answer] {
        try await ledger.read { (view) throws(LedgerFailure) in
            var reading = Answers(view: view, orders: orders, customer: customer)
            var rows = OrderRows()
            try rows.tables(&reading)
            return reading.answers
        }
    }

    mutating func table<R: LedgerRow>(_ rows: inout [R], _ place: KeyPath<WorkingSet, Rows<R>>) throws(LedgerFailure) {
        var conditions: [[Condition]] = [[]]
        let names = Set(R.schema.columns.map(\.name))
        if names.contains("order_id") { conditions += orders.map { [.ofOrder($0)] } }
        if names.contains("customer") { conditions.append([Condition("customer", .equal, .bits(customer.bits))]) }
        if names.contains("state"), case .integer = R.schema.columns.first(where: { $0.name == "state" })?.kind {
            conditions += (0..<9).map { [Condition("state", .equal, .integer($0))] }
        }
        let middle = orders[orders.count / 2].bits
        conditions.append([Condition(R.schema.columns[0].name, .atLeast, .bits(middle))])
        conditions.append([Condition(R.schema.columns[0].name, .below, .bits(middle))])
        for condition in conditions {
            for descending in [false, true] {
                for limit in [1, 3, 1000] { try page(R.self, condition, descending, limit) }
            }
        }
        for row in try view.rows(RowQuery<R>(limit: 1000)) {
            let found = try view.row(R.self, row.key)
            answers.append(Answer(query: "\(R.schema.name) \(row.key)", rows: found.map { [Self.hash($0)] } ?? []))
        }
    }

    private mutating func page<R: LedgerRow>(
        _ type: R.Type,
        _ conditions: [Condition],
        _ descending: Bool,
        _ limit: Int
    ) throws(LedgerFailure) {
        var after: R.Key?
        var hashes: [UInt64] = []
        repeat {
            let query = RowQuery<R>(conditions, after: after, descending: descending, limit: limit)
            let found = try view.rows(query)
            hashes += found.map { Self.hash($0) }
            after = found.count == limit ? found.last?.key : nil
        } while after != nil
        answers.append(Answer(query: "\(R.schema.name) \(conditions) \(descending) \(limit)", rows: hashes))
    }

    private static func hash(_ row: some LedgerRow) -> UInt64 {
        var digest = ArchiveDigest()
        digest.add(RowColumns(row), table: 0)
        return UInt64(truncatingIfNeeded: digest.description.hashValue)
    }
}
