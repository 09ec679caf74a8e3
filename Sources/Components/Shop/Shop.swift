// The inputs of every component: the ledger, the committer, the storefront snapshot and the shop's settings. Components do not
// call one another; they share the ledger.

import API
import Hummingbird
import Ledger
import OrderArchive
import Resilience
import Trading

/// Settings of the rules.
public struct ShopSettings: Hashable, Sendable {
    /// How long an unpaid order's units are reserved, in seconds.
    public var reservationSeconds: Int64
    /// The same for an order without a key.
    public var guestReservationSeconds: Int64
    /// The greatest value of one order.
    public var orderCeiling: OrderCeiling
    /// Whether references of orders must be unique.
    public var uniqueReferences: Bool
    /// How long an unused cart is kept, in seconds.
    public var cartSeconds: Int64
    /// The same for a guest's cart, created without a key that has `orders:write`.
    public var guestCartSeconds: Int64
    /// The limits of unpaid units of clients without a key.
    public var unpaidLimits: UnpaidLimits
    /// How long a request waits for its command, in seconds.
    public var requestSeconds: Int64
    /// How long idempotency records are kept, in seconds.
    public var idempotencySeconds: Int64
    /// How long events are kept, in seconds.
    public var eventSeconds: Int64
    /// Whether webhooks may be delivered to private addresses.
    public var webhooksAllowPrivate: Bool
    /// How long outcome counts are kept, in seconds.
    public var outcomeSeconds: Int64
    /// The most open event streams.
    public var streams: EventStreams.Bounds
    /// What becomes of the money of orders that were lost with a restore.
    public var lostMoney = LostMoneyRule.refund
    /// When closed orders are moved into files without being asked; nil for never.
    public var archiving: ArchiveSchedule?
    /// What becomes of parcels of orders that were lost with a restore.
    public var lostParcels = LostParcelRule.cancel

    /// Settings, with the defaults of the settings table.
    public init(
        reservationSeconds: Int64 = 259_200,
        guestReservationSeconds: Int64 = 3600,
        unpaidLimits: UnpaidLimits = UnpaidLimits(unitsOfClient: 100, shareOfSKU: 50),
        orderCeiling: OrderCeiling = .standard,
        uniqueReferences: Bool = false,
        cartSeconds: Int64 = 2_592_000,
        guestCartSeconds: Int64 = 604_800,
        requestSeconds: Int64 = 10,
        idempotencySeconds: Int64 = 604_800,
        eventSeconds: Int64 = 2_592_000,
        webhooksAllowPrivate: Bool = false,
        outcomeSeconds: Int64 = 34_560_000,
        streams: EventStreams.Bounds = EventStreams.Bounds()
    ) {
        self.reservationSeconds = reservationSeconds
        self.guestReservationSeconds = guestReservationSeconds
        self.unpaidLimits = unpaidLimits
        self.orderCeiling = orderCeiling
        self.uniqueReferences = uniqueReferences
        self.cartSeconds = cartSeconds
        self.guestCartSeconds = guestCartSeconds
        self.requestSeconds = requestSeconds
        self.idempotencySeconds = idempotencySeconds
        self.eventSeconds = eventSeconds
        self.webhooksAllowPrivate = webhooksAllowPrivate
        self.outcomeSeconds = outcomeSeconds
        self.streams = streams
    }
}

/// When closed orders are moved into files.
public struct ArchiveSchedule: Hashable, Sendable {
    /// How long nothing about an order may have changed, in seconds.
    public let afterSeconds: Int64
    /// From the end of a run to the next one, in seconds.
    public let intervalSeconds: Int64

    /// A schedule.
    public init(afterSeconds: Int64, intervalSeconds: Int64) {
        self.afterSeconds = afterSeconds
        self.intervalSeconds = intervalSeconds
    }
}

/// One shop, for its components.
public struct Shop: Sendable {
    /// The ledger.
    public internal(set) var ledger: any LedgerEngine
    /// The directory of archived orders; nil for a shop that has none, as one in memory.
    var archive: ArchiveDirectory?
    /// The committer, which carries out every change.
    public let committer: Committer
    /// The snapshot for browsing.
    public let storefront: StorefrontSnapshot
    /// Settings of the rules.
    public let settings: ShopSettings
    /// The secrets of orders.
    public let secrets: OrderSecret
    /// The payment providers, and the terms of payment.
    public let payments: PaymentDesk
    /// The open event streams of this process.
    public let streams: EventStreams

    /// A shop over a ledger.
    public init(
        ledger: any LedgerEngine,
        committer: Committer,
        storefront: StorefrontSnapshot,
        settings: ShopSettings,
        secrets: OrderSecret,
        payments: PaymentDesk = PaymentDesk()
    ) {
        self.ledger = ledger
        self.committer = committer
        self.storefront = storefront
        self.settings = settings
        self.secrets = secrets
        self.payments = payments
        streams = EventStreams(settings.streams)
    }

    /// Commits a command for a request, within the request's deadline.
    ///
    /// - Throws: the problem for a refusal or a failure; its status and `Retry-After` say whether the client may try again. Cost:
    ///   a place in one batch of the committer.
    func commit<C: Command>(_ command: C) async throws(Problem) -> C.Outcome where C.Refusal: ProblemRefusal {
        do throws(CommitError<C.Refusal>) {
            return try await committer.submit(command, deadline: requestDeadline.instant).outcome
        } catch {
            throw Problem(error)
        }
    }

    /// Commits a command for a request with an idempotency key.
    ///
    /// The same key gives the same outcome again.
    ///
    /// - Throws: as ``commit(_:)``; with a key the client may repeat the request even after an unknown outcome.
    func commit<C: IdempotentCommand>(
        _ command: C,
        key: IdempotencyKey?
    ) async throws(Problem) -> Committed<C.Outcome> where C.Refusal: ProblemRefusal {
        do throws(CommitError<C.Refusal>) {
            return try await committer.submit(command, key: key, deadline: requestDeadline.instant)
        } catch {
            throw Problem(error)
        }
    }

    private var requestDeadline: Deadline {
        let longest = Deadline(.seconds(settings.requestSeconds), from: .now)
        return Deadline.ofRequest.map { min($0, longest) } ?? longest
    }

    /// Reads from the ledger for a request, on a reader thread, from one snapshot.
    ///
    /// - Throws: 503 where the ledger cannot be read; it may be tried again.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await ledger.read(body)
        } catch {
            throw Problem(error)
        }
    }

    /// Reads one row by its key.
    ///
    /// - Throws: 404 where there is none, naming `what`.
    func row<R: LedgerRow>(_ type: R.Type, _ key: R.Key, _ what: String) async throws(Problem) -> R {
        let row = try await read { (view) throws(LedgerFailure) in try view.row(type, key) }
        guard let row else { throw .notFound(what) }
        return row
    }

    /// Reads the requested page of a table, in the order of its keys, and the cursor of the next page.
    ///
    /// Cost: one read of at most `limit` + 1 rows.
    func page<R: LedgerRow>(
        _ query: Query,
        _ type: R.Type,
        _ conditions: [Condition] = [],
        descending: Bool = false
    ) async throws(Problem) -> (rows: [R], next: String?) where R.Key: CursorKey {
        let after = try query.after(R.Key.self, secrets)
        let limit = try query.limit()
        let rows = try await read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<R>(conditions, after: after, descending: descending, limit: limit + 1))
        }
        let shown = Array(rows.prefix(limit))
        return (shown, query.next(rows.count > limit ? shown.last?.key : nil, secrets))
    }
}

extension Problem {
    /// The problem for a command without an outcome.
    fileprivate init<Refusal: ProblemRefusal>(_ error: CommitError<Refusal>) {
        switch error {
        case .refused(let refusal): self = refusal.problem
        case .keyReused: self = .keyReused
        case .booksFull(let key): self = .booksFull(key)
        case .failed(let failure): self.init(failure)
        }
    }
}
