import Foundation
import Ledger
import LedgerSQLite
import Logging
import ProviderClients
import Providers
import Testing
import Trading

@testable import Sandbox

/// A shop in a file that takes its money at a sandbox, can be copied, and put back from the copy.
final class LosingShop: Sendable {
    let path: String
    let provider: SandboxPayments
    let engine: SQLiteEngine
    let committer: Committer

    init(_ path: String, _ provider: SandboxPayments) throws {
        self.path = path
        self.provider = provider
        engine = try SQLiteEngine(SQLiteSettings(path: path))
        committer = try Committer(engine: engine)
    }

    /// Opens a new shop with a catalogue.
    static func new(_ path: String, _ provider: SandboxPayments) async throws -> LosingShop {
        let shop = try LosingShop(path, provider)
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

    static func terms(_ capture: CaptureMode) -> PaymentTerms {
        PaymentTerms(routing: PaymentRouting([PaymentRoute("sandbox", vault: "v")]), capture: capture)
    }

    /// Places an order by card; its payment is carried out by ``work()``.
    func place(_ token: String = "tok_visa", units: Int64 = 2, capture: CaptureMode = .atOnce) async throws -> ID<Order>
    {
        try await run(
            PlaceOrder(
                source: .lines([OrderRequestLine(sku: SKU(stored: "MUG"), quantity: units)], .gbp),
                customer: nil,
                payment: .card(token: token, provider: nil),
                terms: Self.terms(capture),
                holdSeconds: 86_400,
                authority: .shop
            )
        ).order.id
    }

    /// Pays an order whose attempts failed.
    @discardableResult
    func pay(_ order: ID<Order>, capture: CaptureMode = .atOnce) async throws -> Payment {
        try await run(
            StartPayment(
                order,
                .card(token: "tok_visa", provider: nil),
                terms: Self.terms(capture),
                authority: .shop
            )
        )
    }

    func refund(_ order: ID<Order>, _ amount: Int64) async throws {
        try await run(ChangePayment(Payment.id(of: order, attempt: 1), .refund(Money(amount, .gbp))))
    }

    /// Makes every call that is due, until none is.
    func work() async throws {
        while true {
            let due = try await engine.read { (view) throws(LedgerFailure) in
                try view.duePayments("sandbox", .now, limit: 50).map(\.key)
            }
            guard !due.isEmpty else { return }
            for claim in try await run(ClaimPayments(due, seconds: 30)) {
                let known = await provider.carryOut(claim.step, of: claim.payment, deadline: .now + .seconds(5))
                try await run(
                    RecordPayment(
                        claim.payment.id,
                        operation: claim.step.operation,
                        known.outcome,
                        epoch: claim.epoch,
                        routing: Self.terms(.atOnce).routing
                    )
                )
            }
        }
    }

    func order(_ id: ID<Order>) async throws -> Order? {
        try await engine.read { (view) throws(LedgerFailure) in try view.row(OrderRow.self, id)?.order }
    }

    func payments() async throws -> [Payment] {
        try await engine.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<PaymentRow>(limit: 100_000)).map(\.payment)
        }
    }
}

/// A payment sandbox in this process.
struct SandboxBooks: Sendable {
    let provider: SandboxPayments

    /// Runs a sandbox while `body` runs, with a folder for files.
    static func with(_ body: @escaping @Sendable (SandboxBooks, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lost-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try SandboxServer(
            SandboxOptions(.payments, data: folder + "/sandbox"),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { found.yield($0) } }
            var iterator = ports.makeAsyncIterator()
            let url = "http://127.0.0.1:\(await iterator.next() ?? 0)"
            let transport = ProviderTransport()
            let client = try #require(ProviderClient("sandbox", url: url, transport: transport))
            do {
                try await body(SandboxBooks(provider: SandboxPayments(client: client, signature: nil)), folder)
            } catch {
                await transport.shutdown()
                throw error
            }
            await transport.shutdown()
            group.cancelAll()
        }
    }

    /// Every charge in the provider's list.
    func charges() async throws -> [ProviderCharge] {
        var charges: [ProviderCharge] = []
        var cursor: String?
        repeat {
            guard
                case .done(let page) = await provider.charges(
                    from: .earliest,
                    to: .latest,
                    after: cursor,
                    deadline: .now + .seconds(5)
                )
            else { throw Unreadable() }
            charges += page.charges
            cursor = page.next
        } while cursor != nil
        return charges
    }

    private struct Unreadable: Error {}
}

/// A provider whose lists cannot be read; everything else works.
struct AwayList: PaymentProvider {
    let inner: SandboxPayments

    var name: String { inner.name }

    func perform(
        _ request: PaymentRequest,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<PaymentReceipt> { await inner.perform(request, deadline: deadline) }

    func find(
        payment: String,
        reference: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        await inner.find(payment: payment, reference: reference, deadline: deadline)
    }

    /// The first page only; then the connection is gone.
    func charges(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderPage> {
        guard cursor == nil else { return .notDone(ProviderTrouble(code: "connect")) }
        return await inner.charges(from: from, to: to, after: nil, deadline: deadline)
    }

    func changed(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ChangedCharges> { .notDone(ProviderTrouble(code: "connect")) }

    func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice { throw .unsigned }
}
