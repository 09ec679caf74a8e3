// What every component is given: the ledger, the committer, the storefront's snapshot and the shop's settings. Components do
// not call one another; they meet in the ledger.

import API
import Hummingbird
import Ledger
import Resilience
import Trading

/// Settings of the rules.
public struct ShopSettings: Hashable, Sendable {
    /// For how long an unpaid order holds its units, in seconds.
    public var reservationSeconds: Int64
    /// The same of an order that was placed without a key.
    public var guestReservationSeconds: Int64
    /// The most that one order may be worth.
    public var orderCeiling: OrderCeiling
    /// Whether no two orders may have one reference.
    public var uniqueReferences: Bool
    /// For how long an unused cart is kept, in seconds.
    public var cartSeconds: Int64
    /// The same of a guest's, which is no customer's and was made without a key that may write orders.
    public var guestCartSeconds: Int64
    /// What clients without a key may hold unpaid.
    public var unpaidLimits: UnpaidLimits
    /// For how long a request waits for its decision, in seconds.
    public var requestSeconds: Int64
    /// For how long idempotency records are kept, in seconds.
    public var idempotencySeconds: Int64
    /// For how long events are kept, in seconds.
    public var eventSeconds: Int64
    /// Whether webhooks may be delivered to private addresses.
    public var webhooksAllowPrivate: Bool
    /// For how long counts of requests are kept, in seconds.
    public var outcomeSeconds: Int64
    /// How many streams of events may be open.
    public var streams: EventStreams.Bounds

    /// Settings, with the defaults that the settings table shows.
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

/// One shop, as its components see it.
public struct Shop: Sendable {
    /// The system of record.
    public let ledger: any LedgerEngine
    /// Where every change goes.
    public let committer: Committer
    /// What browsing is answered from.
    public let storefront: StorefrontSnapshot
    /// Settings of the rules.
    public let settings: ShopSettings
    /// Secrets of orders.
    public let secrets: OrderSecret
    /// Whoever moves money for it, and on which terms.
    public let payments: PaymentDesk
    /// The streams of events that are open in this process.
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

    /// Commits a command for a request; what goes wrong becomes the problem that the client is told.
    func commit<C: Command>(_ command: C) async throws(Problem) -> C.Outcome where C.Refusal: ProblemRefusal {
        do throws(CommitError<C.Refusal>) {
            return try await committer.submit(command, deadline: requestDeadline.instant).outcome
        } catch {
            throw Problem(error)
        }
    }

    /// Commits a command for a request that may be sent again with its key.
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

    /// Reads from the ledger for a request.
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
    func row<R: LedgerRow>(_ type: R.Type, _ key: R.Key, _ what: String) async throws(Problem) -> R {
        let row = try await read { (view) throws(LedgerFailure) in try view.row(type, key) }
        guard let row else { throw .notFound(what) }
        return row
    }

    /// Reads the page of a table that a query asks for, in the order of its keys, and where the next one begins.
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
    /// What a client is told of a command without an outcome.
    fileprivate init<Refusal: ProblemRefusal>(_ error: CommitError<Refusal>) {
        switch error {
        case .refused(let refusal): self = refusal.problem
        case .keyReused: self = .keyReused
        case .booksFull(let key): self = .booksFull(key)
        case .failed(let failure): self.init(failure)
        }
    }
}
