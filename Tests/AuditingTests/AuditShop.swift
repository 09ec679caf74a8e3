import CSQLite
import Foundation
import Ledger
import LedgerSQLite
import OrderArchive
import Synchronization
import Trading

@testable import Auditing

/// A shop in a temporary file in which orders of every state can be created and any row can be corrupted.
final class AuditShop: Sendable {
    static let start = Timestamp(milliseconds: 1_790_000_000_000)

    let path: String
    let engine: SQLiteEngine
    let committer: Committer
    let archive: ArchiveDirectory
    private let time: SharedClock

    init() throws {
        path = NSTemporaryDirectory() + "audit-\(UUID().uuidString).db"
        let clock = SharedClock()
        engine = try SQLiteEngine(SQLiteSettings(path: path))
        committer = try Committer(engine: engine, clock: { clock.next() })
        time = clock
        archive = ArchiveDirectory(path: path + "-archive")
    }

    deinit {
        // A shop that archived nothing has no such directory.
        try? FileManager.default.removeItem(atPath: archive.path)
        for suffix in ["", "-wal", "-shm", ".cursor"] { unlink(path + suffix) }
    }

    var now: Timestamp { time.now }

    func wait(seconds: Int64) { time.wait(seconds: seconds) }

    @discardableResult
    func submit<C: Command>(_ command: C) async throws -> C.Outcome {
        try await committer.submit(command).outcome
    }

    @discardableResult
    func submit<C: IdempotentCommand>(_ command: C, key: String) async throws -> C.Outcome {
        let digest = Bits128(high: UInt64(bitPattern: Int64(key.hashValue)), low: 7)
        return try await committer.submit(command, key: IdempotencyKey(digest: digest, fingerprint: 1)).outcome
    }

    func close() async {
        committer.close()
        await engine.close()
    }

    func audit(_ change: (inout AuditOptions) -> Void = { _ in }) async throws -> AuditReport {
        var options = AuditOptions(database: path)
        change(&options)
        let inspection = try SQLiteInspection(SQLiteSettings(path: path))
        let report = try await Audit.run(options, engine: WholeLedger(inspection, archive), now: now)
        await inspection.close()
        return report
    }

    func audit(incrementally: Bool) async throws -> AuditReport {
        try await audit { options in
            options.scope = incrementally ? .incremental : .full
            options.cursor = path + ".cursor"
        }
    }

    /// Runs SQL on the file with constraints switched off.
    func spoil(_ sql: String) throws {
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Spoiling.failed("open") }
        sqlite3_busy_timeout(handle, 5000)
        guard sqlite3_exec(handle, "PRAGMA ignore_check_constraints = ON", nil, nil, nil) == SQLITE_OK else {
            throw Spoiling.failed("pragma")
        }
        let before = sqlite3_total_changes(handle)
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw Spoiling.failed(String(cString: sqlite3_errmsg(handle)))
        }
        guard sqlite3_total_changes(handle) > before else { throw Spoiling.failed("nothing changed by \(sql)") }
    }

    enum Spoiling: Error {
        case failed(String)
    }
}

/// A clock that advances by a second with each batch.
final class SharedClock: Sendable {
    private let time = Mutex(AuditShop.start)

    var now: Timestamp { time.withLock { $0 } }

    func next() -> Timestamp {
        time.withLock { time in
            time = time.adding(seconds: 1)
            return time
        }
    }

    func wait(seconds: Int64) {
        time.withLock { $0 = $0.adding(seconds: seconds) }
    }
}

extension AuditShop {
    static let gbp = Currency("GBP") ?? .audit

    /// Creates catalogue, locations, stock and a customer.
    func open() async throws -> ID<Customer> {
        try await submit(OpenShop())
        try await submit(PutLocation(Location(code: "north", name: "North", priority: 2)))
        for (name, tracked) in [("MUG", true), ("TEA", true), ("POST", false)] {
            let product = Product(
                sku: SKU(stored: name),
                name: name,
                prices: [Money(250, Self.gbp)],
                tracked: tracked
            )
            try await submit(PutProducts([product]))
        }
        for (sku, location, units) in [("MUG", "main", 60), ("MUG", "north", 40), ("TEA", "main", 500)]
            as [(
                String, String, Int64
            )]
        {
            try await adjust(sku, location, units)
        }
        return try await submit(PutCustomer(CustomerDetails(email: "ann@example.org"))).id
    }

    func adjust(_ sku: String, _ location: String, _ units: Int64) async throws {
        try await submit(
            AdjustStock(sku: SKU(stored: sku), location: location, kind: .received, delta: units, reason: "delivery")
        )
    }

    @discardableResult
    func order(
        _ lines: [(String, Int64)],
        customer: ID<Customer>? = nil,
        hold: Int64 = 86_400
    ) async throws -> ID<Order> {
        let requests = lines.map { OrderRequestLine(sku: SKU(stored: $0.0), quantity: $0.1) }
        let command = PlaceOrder(
            source: .lines(requests, Self.gbp),
            customer: customer.map { OrderCustomer(id: $0) } ?? OrderCustomer(email: "bob@example.org"),
            holdSeconds: hold,
            authority: .shop
        )
        return try await submit(command, key: UUID().uuidString).order.id
    }

    func change(_ order: ID<Order>, _ changes: [ChangeOrder.Change]) async throws {
        for change in changes { try await submit(ChangeOrder(order, change)) }
    }

    func expire(_ order: ID<Order>) async throws {
        try await submit(ExpireOrder(order))
    }

    func orderCart(_ customer: ID<Customer>) async throws -> ID<Order> {
        let lines = [CartLine(sku: SKU(stored: "TEA"), quantity: 2)]
        let other = try await submit(
            CreateCart(currency: Self.gbp, customer: nil, lines: lines, bounds: CartBounds(lifetimeSeconds: 86_400))
        )
        let cart = try await submit(
            CreateCart(
                currency: Self.gbp,
                customer: customer,
                lines: lines,
                bounds: CartBounds(lifetimeSeconds: 86_400),
                authority: .shop
            )
        )
        try await submit(
            ChangeCart(cart.id, .merge(other.id), bounds: CartBounds(lifetimeSeconds: 86_400), authority: .shop)
        )
        return try await submit(PlaceOrder(source: .cart(cart.id), holdSeconds: 86_400, authority: .shop)).order.id
    }

    /// Creates orders in every state, returns, credits, carts, an expired reservation and an erased customer.
    func trade(_ customer: ID<Customer>) async throws {
        try await order([("TEA", 3)])
        let expired = try await order([("TEA", 5), ("MUG", 1)], hold: 10)
        try await order([("MUG", 70), ("POST", 1)], customer: customer)
        try await change(order([("TEA", 1)]), [.extend(seconds: 100_000)])
        try await change(order([("TEA", 1), ("TEA", 2)]), [.pay(reason: nil)])
        try await change(order([("TEA", 2)]), [.cancel(reason: "no")])
        try await change(order([("TEA", 2)]), [.pay(reason: nil), .cancel(reason: nil)])
        let parts: [ChangeOrder.Change] = [
            .pay(reason: nil), .fulfil([LineQuantity(line: 1, quantity: 2)]),
            .fulfil([LineQuantity(line: 1, quantity: 1)]),
        ]
        try await change(order([("TEA", 4), ("POST", 1)], customer: customer), parts)
        let sold = try await order([("TEA", 6), ("POST", 1)], customer: customer)
        try await change(sold, [.pay(reason: nil), .fulfil(nil)])
        try await takeBack(sold, [(1, 1, .restock), (2, 1, .writeOff)])
        try await takeBack(sold, [(1, 2, .writeOff)])
        try await change(order([("TEA", 1)]), [.pay(reason: nil), .fulfil(nil), .complete])
        let unit = ChangeOrder.Change.cancel([UnitsToCancel(.line(1), 1)], reason: "sold out")
        try await change(order([("TEA", 3)]), [unit, .pay(reason: nil), unit])
        try await change(order([("TEA", 3)]), [.pay(reason: nil), unit, .cancel(reason: nil)])
        let rest = try await order([("MUG", 20), ("POST", 2)])
        try await change(
            rest,
            [.pay(reason: nil), .fulfil([LineQuantity(line: 1, quantity: 15)]), .cancel(reason: nil)]
        )
        let back = ReturnRequestLine(line: 1, quantity: 3, disposition: .restock, location: "main")
        try await submit(TakeBack(order: rest, lines: [back], reason: "wrong"))
        _ = try await orderCart(customer)
        try await submit(GiveCredit(kind: .credit, amount: Money(100, Self.gbp), reason: "sorry", order: sold))
        try await submit(GiveCredit(kind: .adjustment, amount: Money(-500, Self.gbp), reason: "books"))
        wait(seconds: 30)
        try await expire(expired)
    }

    func takeBack(_ order: ID<Order>, _ lines: [(Int64, Int64, Disposition)]) async throws {
        let lines = lines.map { ReturnRequestLine(line: $0.0, quantity: $0.1, disposition: $0.2) }
        try await submit(TakeBack(order: order, lines: lines, reason: "broken"))
    }
}

extension Currency {
    /// A currency that always exists.
    fileprivate static var audit: Currency {
        guard let euro = Currency("EUR") else { preconditionFailure("every table of currencies has the euro") }
        return euro
    }
}
