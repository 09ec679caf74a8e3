import Components
import Foundation
import Ledger
import LedgerSQLite
import Logging
import ProviderClients
import Providers
import Synchronization
import Testing
import Trading

@testable import Sandbox

/// A shop in a file that sends its parcels with carriers, can be copied, and put back from the copy.
final class ParcelShop: Sendable {
    let path: String
    let carriers: [any Carrier]
    let engine: SQLiteEngine
    let committer: Committer

    init(_ path: String, _ carriers: [any Carrier]) throws {
        self.path = path
        self.carriers = carriers
        engine = try SQLiteEngine(SQLiteSettings(path: path))
        committer = try Committer(engine: engine)
    }

    /// Opens a new shop with a catalogue.
    static func new(_ path: String, _ carriers: [any Carrier]) async throws -> ParcelShop {
        let shop = try ParcelShop(path, carriers)
        try await shop.run(OpenShop())
        let mug = Product(sku: SKU(stored: "MUG"), name: "Mug", prices: [Money(500, .gbp)], tracked: true)
        try await shop.run(PutProducts([mug]))
        try await shop.run(
            AdjustStock(sku: mug.sku, location: "main", kind: .received, delta: 100_000, reason: "delivery")
        )
        return shop
    }

    func close() async {
        committer.close()
        await engine.close()
    }

    @discardableResult
    func run<C: Command>(_ command: C) async throws -> C.Outcome {
        try await committer.submit(command).outcome
    }

    /// Places an order, which is paid by hand.
    func place(units: Int64 = 2, isPaid: Bool = true) async throws -> ID<Order> {
        let order = try await run(
            PlaceOrder(
                source: .lines([OrderRequestLine(sku: SKU(stored: "MUG"), quantity: units)], .gbp),
                customer: nil,
                payment: .manual,
                terms: LosingShop.terms(.atOnce),
                holdSeconds: 86_400,
                authority: .shop
            )
        ).order.id
        if isPaid { try await run(ChangeOrder(order, .pay(reason: nil))) }
        return order
    }

    @discardableResult
    func pack(_ order: ID<Order>, by carrier: String) async throws -> ID<Shipment> {
        try await run(CreateShipment(order: order, carrier: carrier)).id
    }

    /// Makes every call to a carrier that is due, until none is.
    func work() async throws {
        while true {
            let due = try await engine.read { (view) throws(LedgerFailure) in
                try view.dueTasks(TaskKind.carrierCalls, at: .now, limit: 100).map(\.key)
            }
            guard !due.isEmpty else { return }
            for task in try await run(ClaimTasks(due, seconds: 30)) {
                let work = try await engine.read { (view) throws(LedgerFailure) in try CarrierTask(task.key, in: view) }
                var known = CarrierKnowledge.nothing(for: task.key.kind)
                if let work, let carrier = carriers.first(where: { $0.name == work.shipment.carrier }) {
                    known = await carrier.carryOut(
                        work.call,
                        for: work.shipment,
                        to: work.address,
                        deadline: .now + .seconds(5)
                    )
                }
                try await run(
                    RecordCarrierCall(
                        ID(task.key.subject),
                        epoch: task.epoch,
                        known,
                        schedule: TrackingSchedule(leastSeconds: 3600, mostSeconds: 3600),
                        completesOrder: true
                    )
                )
            }
        }
    }

    /// Searches the carriers.
    func search(_ carriers: [any Carrier]? = nil, rule: LostParcelRule = .cancel) async throws -> RestoreReport {
        try await RestoreSearch(
            ledger: engine,
            committer: committer,
            providers: [],
            carriers: carriers ?? self.carriers,
            rule: .refund,
            lostParcels: rule
        ).run()
    }

    func order(_ id: ID<Order>) async throws -> Order {
        let found = try await engine.read { (view) throws(LedgerFailure) in try view.row(OrderRow.self, id)?.order }
        return try #require(found)
    }

    func shipments(of order: ID<Order>) async throws -> [Shipment] {
        try await engine.read { (view) throws(LedgerFailure) in
            let query = RowQuery<ShipmentRow>([Condition("order_id", .equal, .bits(order.bits))], limit: 100)
            return try view.rows(query).map(\.shipment)
        }
    }

    func restore() async throws -> Restoration? {
        try await engine.read { (view) throws(LedgerFailure) in try view.restores().last }
    }
}

/// Two carriers in this process: `still`, whose parcels never leave, and `quick`, whose parcels arrive within a second.
struct SandboxCarriers: Sendable {
    let still: NamedCarrier
    let quick: NamedCarrier

    var all: [any Carrier] { [still, quick] }

    /// Runs the carriers while `body` runs, with a folder for files.
    static func with(_ body: @escaping @Sendable (SandboxCarriers, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lost-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let transport = ProviderTransport()
        do {
            try await one("still", speed: 1, folder, transport) { still in
                try await one("quick", speed: 500_000, folder, transport) { quick in
                    try await body(SandboxCarriers(still: still, quick: quick), folder)
                }
            }
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
    }

    private static func one(
        _ name: String,
        speed: Double,
        _ folder: String,
        _ transport: ProviderTransport,
        _ body: @escaping @Sendable (NamedCarrier) async throws -> Void
    ) async throws {
        var options = SandboxOptions(.deliveries, data: "\(folder)/\(name)")
        options.speed = speed
        let server = try SandboxServer(
            options,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { found.yield($0) } }
            var iterator = ports.makeAsyncIterator()
            let url = "http://127.0.0.1:\(await iterator.next() ?? 0)"
            let client = try #require(ProviderClient("sandbox", url: url, transport: transport))
            try await body(NamedCarrier(inner: SandboxCarrier(name: name, client: client, signature: nil)))
            group.cancelAll()
        }
    }

    /// Every booking of both carriers.
    func bookings() async throws -> [CarrierBooking] {
        var bookings: [CarrierBooking] = []
        for carrier in [still, quick] {
            var cursor: String?
            repeat {
                let answer = await carrier.inner.bookings(
                    from: .earliest,
                    to: .latest,
                    after: cursor,
                    deadline: .now + .seconds(5)
                )
                guard case .done(.page(let page, let next)) = answer else { throw Unreadable() }
                bookings += page
                cursor = next
            } while cursor != nil
        }
        return bookings
    }

    private struct Unreadable: Error {}
}

/// A sandbox's carrier that can be away, or without a list.
final class NamedCarrier: Carrier {
    /// How it behaves.
    enum Mood: Sendable {
        /// It does what it is asked.
        case well
        /// The first page of its list is read; then the connection is gone.
        case losesList
        /// It cancels so many bookings, then the connection is gone.
        case losesCancels(after: Int)
        /// It has no list.
        case unlisted
    }

    let inner: SandboxCarrier
    private let state = Mutex((mood: Mood.well, cancels: 0))

    init(inner: SandboxCarrier) {
        self.inner = inner
    }

    var name: String { inner.name }

    func be(_ mood: Mood) { state.withLock { $0 = (mood, 0) } }

    func book(_ request: BookingRequest, deadline: ContinuousClock.Instant) async -> ProviderAnswer<BookedParcel> {
        await inner.book(request, deadline: deadline)
    }

    func cancel(reference: String, key: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<Void> {
        let (isAway, losesAnswer) = state.withLock { state in
            guard case .losesCancels(let count) = state.mood else { return (false, false) }
            state.cancels += 1
            return (state.cancels > count, state.cancels == count)
        }
        guard !isAway else { return .notDone(ProviderTrouble(code: "connect")) }
        let answer = await inner.cancel(reference: reference, key: key, deadline: deadline)
        return losesAnswer ? .unknown(ProviderTrouble(code: "reset")) : answer
    }

    func label(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<ShippingLabel> {
        await inner.label(reference: reference, deadline: deadline)
    }

    func track(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<[CarrierEvent]> {
        await inner.track(reference: reference, deadline: deadline)
    }

    func bookings(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<BookingList> {
        switch state.withLock({ $0.mood }) {
        case .unlisted: return .done(.unavailable)
        case .losesList where cursor != nil: return .notDone(ProviderTrouble(code: "connect"))
        case .well, .losesList, .losesCancels:
            return await inner.bookings(from: from, to: to, after: cursor, deadline: deadline)
        }
    }

    func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice { throw .unsigned }
}
