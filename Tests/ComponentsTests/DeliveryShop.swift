import API
import Hummingbird
import HummingbirdTesting
import Ledger
import Logging
import OrderArchive
import Providers
import Synchronization
import Testing
import Trading

@testable import Components

/// A shop in memory under virtual time, with its routes and a desk for each of the test's carriers.
final class DeliveryShop: Sendable {
    let shop: Shop
    let desks: [CarrierDesk]
    private let inputs: ComponentInputs
    private let keyring = Keyring()
    private let time: TestTime
    private static let key = KeyText.make(id: ID<APIKey>(high: 1, low: 1))

    /// A clock that moves only when the test advances it.
    final class TestTime: Sendable {
        private let instant = Mutex(Timestamp(milliseconds: 1_795_411_261_123))
        var now: Timestamp { instant.withLock { $0 } }
        func advance(seconds: Int64) { instant.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    init(
        _ carriers: [any Carrier] = [],
        scopes: [String] = ["admin"],
        engine: any LedgerEngine = MemoryEngine(),
        archive: ArchiveDirectory? = nil,
        settings: ShopSettings = ShopSettings()
    ) async throws {
        let time = TestTime()
        self.time = time
        let committer = try Committer(engine: engine, clock: { time.now })
        let storefront = StorefrontSnapshot()
        let hot = Shop(
            ledger: engine,
            committer: committer,
            storefront: storefront,
            settings: settings,
            secrets: OrderSecret(shopSecret: try await committer.submit(OpenShop()).outcome)
        )
        shop = archive.map { hot.archiving(in: $0) } ?? hot
        let key = CreateKey(id: ID(high: 1, low: 1), digest: Self.key.digest, name: "test", scopes: scopes)
        keyring.replace(with: [try await committer.submit(key).outcome])
        let deliveries = DeliverySettings(schedule: TrackingSchedule(leastSeconds: 60, mostSeconds: 600))
        inputs = ComponentInputs(
            shop: shop,
            taskInterval: .seconds(1),
            pruneInterval: .seconds(1),
            logger: Logger(label: "test"),
            carriers: carriers,
            deliveries: deliveries
        )
        let shop = shop
        desks = carriers.map { CarrierDesk(shop: shop, carrier: $0, settings: deliveries, clock: { time.now }) }
        let mug = Product(sku: SKU(stored: "MUG"), name: "Mug", prices: [Money(500, .gbp)], grams: 340)
        let put = try await committer.submit(PutProducts([mug])).outcome
        storefront.apply(products: put.map(\.row), movements: [], locations: nil, sequence: 0)
        let stock = AdjustStock(sku: mug.sku, location: "main", kind: .received, delta: 100_000, reason: "first")
        _ = try await committer.submit(stock)
    }

    deinit { shop.committer.close() }

    var now: Timestamp { time.now }

    func advance(seconds: Int64) { time.advance(seconds: seconds) }

    /// A paid order of mugs.
    func order(_ units: Int64 = 1) async throws -> ID<Order> {
        let line = OrderRequestLine(sku: SKU(stored: "MUG"), quantity: units)
        let place = PlaceOrder(
            source: .lines([line], .gbp),
            shipTo: ["name": "Ann", "country": "GB"],
            holdSeconds: 900
        )
        let order = try await shop.committer.submit(place).outcome.order.id
        _ = try await shop.committer.submit(ChangeOrder(order, .pay(reason: nil)))
        return order
    }

    /// A parcel of a new order.
    func parcel(by carrier: String) async throws -> ID<Shipment> {
        let create = CreateShipment(order: try await order(), carrier: carrier)
        return try await shop.committer.submit(create).outcome.id
    }

    func shipment(_ id: ID<Shipment>) async throws -> Shipment {
        let row = try await shop.ledger.read { (view) throws(LedgerFailure) in try view.row(ShipmentRow.self, id) }
        return try #require(row).shipment
    }

    func tasks(_ kind: TaskKind) async throws -> [TaskRow] {
        let query = RowQuery<TaskRow>([Condition("kind", .equal, .integer(kind.rawValue))], limit: 1000)
        return try await shop.ledger.read { (view) throws(LedgerFailure) in try view.rows(query) }
    }

    func state(of order: ID<Order>) async throws -> OrderState? {
        try await shop.ledger.read { (view) throws(LedgerFailure) in try view.row(OrderRow.self, order)?.order.state }
    }

    /// Lets every desk do the tasks that are due, repeatedly while time passes, at most `places` tasks of a carrier at a time.
    func pass(seconds: Int64, step: Int64 = 1, places: Int = 4) async throws {
        let end = now.adding(seconds: seconds)
        while now < end {
            for desk in desks { try await work(desk, places) }
            time.advance(seconds: step)
        }
    }

    private func work(_ desk: CarrierDesk, _ places: Int) async throws {
        let due = try await shop.ledger.read { (view) throws(LedgerFailure) in try desk.due(view, places) }
        for task in try await shop.committer.submit(ClaimTasks(due, seconds: 40)).outcome {
            _ = try await desk.perform(task)
        }
    }

    /// Runs `body` with the routes mounted.
    func serve(_ body: @Sendable (DeliveryClient) async throws -> Void) async throws {
        let endpoints = Component.all(inputs).flatMap(\.endpoints)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let door = FrontDoor(endpoints, keyring: keyring, metrics: RequestMetrics(), logger: logger)
        let application = Application(router: door.router(), logger: logger)
        let key = Self.key.text
        try await application.test(.router) { client in
            try await body(DeliveryClient(client: client, endpoints: endpoints, key: key))
        }
    }
}
