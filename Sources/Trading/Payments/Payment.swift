// One attempt to pay an order: the amount, the method, and every operation at the provider. An order has at most one attempt with
// an unknown outcome, and no other attempt is made until it is known: a lost answer is looked up, the operation is never made
// anew. Captured never exceeds authorised, and refunded never exceeds captured.

/// The source of money that the shop itself holds.
public enum PaymentSource: Hashable, Sendable {
    /// A gift card.
    case giftCard(ID<GiftCard>)
    /// A customer's store credit.
    case storeCredit(ID<Customer>)
}

/// One attempt to pay an order.
public struct Payment: Hashable, Sendable, Identified {
    /// The prefix of payment ids.
    public static let idPrefix = "pay"
    /// The provider that moves no real money, with which probers pay.
    public static let sandboxProvider = "sandbox"
    /// The most attempts of one order.
    public static let maxAttempts = 20

    /// Its order.
    public package(set) var order: ID<Order>
    /// Whether it pays a prober's order: it is in no list, and not in the books.
    public var isProbe = false
    /// Its number among the order's attempts, from 1.
    public package(set) var number: Int
    /// The payment method.
    public package(set) var method: PaymentMethod
    /// The provider; nil where there is none.
    public package(set) var provider: String?
    /// The token to charge; nil once it was used, and for methods without one.
    ///
    /// Never disclosed by the API.
    public var token: String?
    /// The source of money that the shop itself holds; nil for other methods.
    public package(set) var source: PaymentSource?
    /// The amount.
    public package(set) var amount: Money
    /// When authorised money is captured.
    public package(set) var capture: CaptureMode
    /// The provider's id of the charge.
    public var reference: String?
    /// Authorised minor units, captured ones included.
    public var authorised: Int64
    /// Captured minor units.
    public var captured: Int64
    /// Refunded minor units.
    public var refunded: Int64
    /// The provider's fees in minor units.
    public var fees: Int64
    /// Minor units that the customer's bank took back in disputes.
    public var disputed: Int64
    /// The operations at the provider, in order; each waits for the one before.
    public var operations: [PaymentOperation]
    /// When it was created.
    public package(set) var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// Counts the changes, from 1.
    public var version: Int64
    /// The epoch of the shop in which its next operations are made; 0 before the first restore.
    public package(set) var epoch: Int64 = 0
    /// What becomes of its money, since its order was lost with a restore; nil where the order exists.
    public package(set) var lostOrder: LostMoneyRule?

    /// A payment with every field, as an engine reads it.
    public init(
        order: ID<Order>,
        number: Int,
        method: PaymentMethod,
        provider: String? = nil,
        token: String? = nil,
        source: PaymentSource? = nil,
        amount: Money,
        capture: CaptureMode = .atOnce,
        reference: String? = nil,
        authorised: Int64 = 0,
        captured: Int64 = 0,
        refunded: Int64 = 0,
        fees: Int64 = 0,
        disputed: Int64 = 0,
        operations: [PaymentOperation] = [],
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int64 = 1
    ) {
        self.order = order
        self.number = number
        self.method = method
        self.provider = provider
        self.token = token
        self.source = source
        self.amount = amount
        self.capture = capture
        self.reference = reference
        self.authorised = authorised
        self.captured = captured
        self.refunded = refunded
        self.fees = fees
        self.disputed = disputed
        self.operations = operations
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }

    /// Its id.
    public var id: ID<Payment> { Self.id(of: order, attempt: number) }

    /// The id of an attempt: it is derived from the order's id, so that an order's payments are found without a list of them.
    public static func id(of order: ID<Order>, attempt number: Int) -> ID<Payment> {
        ID(high: order.high, low: order.low &+ UInt64(truncatingIfNeeded: number - 1))
    }
}

extension Payment {
    /// An attempt with a provider, whose first operation authorises the amount or captures it at once.
    public static func charge(
        _ order: ID<Order>,
        number: Int,
        provider: String,
        token: String,
        amount: Money,
        capture: CaptureMode,
        epoch: Int64 = 0,
        at now: Timestamp
    ) -> Payment {
        var payment = Payment(
            order: order,
            number: number,
            method: .card,
            provider: provider,
            token: token,
            amount: amount,
            capture: capture,
            createdAt: now,
            updatedAt: now
        )
        payment.epoch = epoch
        payment.add(.authorise, amount.amount)
        return payment
    }

    /// An attempt that is complete at once: marked paid by an operator, or taken from money that the shop itself holds.
    public static func settled(
        _ order: ID<Order>,
        number: Int,
        method: PaymentMethod,
        source: PaymentSource? = nil,
        amount: Money,
        at now: Timestamp
    ) -> Payment {
        var payment = awaited(order, number: number, method: method, source: source, amount: amount, at: now)
        payment.collect()
        return payment
    }

    /// An attempt in cash, which is paid when the goods arrive.
    public static func awaited(
        _ order: ID<Order>,
        number: Int,
        method: PaymentMethod = .cashOnDelivery,
        source: PaymentSource? = nil,
        amount: Money,
        at now: Timestamp
    ) -> Payment {
        Payment(
            order: order,
            number: number,
            method: method,
            source: source,
            amount: amount,
            createdAt: now,
            updatedAt: now
        )
    }

    /// Its status.
    public var status: PaymentStatus {
        if operations.first?.kind == .authorise, operations[0].isOpen { return .processing }
        if captured > 0 {
            if authorised > captured { return .partlyCaptured }
            return refunded >= captured ? .refunded : .captured
        }
        if authorised > 0 { return .authorised }
        switch operations.first {
        case nil: return .awaited
        case .some(let first) where first.kind == .authorise && first.state == .refused:
            return first.code == Self.unreachable ? .failed : .declined
        default: return .voided
        }
    }

    /// The code of an authorisation that never reached the provider.
    public static let unreachable = "unreachable"

    /// Whether its outcome is still open.
    public var isProcessing: Bool { status == .processing }

    /// The index of the operation to be done or looked up next.
    public var openOperation: Int? { operations.firstIndex { $0.isOpen } }

    /// Minor units that can still be captured, with captures under way counted as done.
    public var capturable: Int64 {
        let isOver = operations.contains { operation in
            switch operation.kind {
            case .void: operation.isOpen || operation.state == .done
            case .capture: operation.isFinal && operation.isOpen
            case .authorise: operation.isOpen
            case .refund: false
            }
        }
        return isOver ? 0 : authorised - captured - openSum(.capture)
    }

    /// Minor units that were captured, or are being captured.
    public var claimed: Int64 { captured + openSum(.capture) }

    /// Minor units that can still be refunded, with operations under way counted as done.
    public var refundable: Int64 {
        captured + openSum(.capture) - refunded - openSum(.refund) - disputed
    }

    /// Minor units that are authorised and not captured.
    public var held: Int64 { authorised - captured }

    func openSum(_ kind: PaymentOperation.Kind) -> Int64 {
        operations.reduce(0) { $1.kind == kind && $1.isOpen ? $0 + $1.amount : $0 }
    }
}
