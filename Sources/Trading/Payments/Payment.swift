// One attempt to pay an order: how much, by which means, and everything that was asked of the provider for it. An order has at most
// one attempt whose outcome is not known, and no other is made until it is: an answer that was lost is found out about, never
// tried anew. What was taken never exceeds what was held, and what was given back never exceeds what was taken.

/// Where money comes from that the shop itself keeps.
public enum PaymentSource: Hashable, Sendable {
    /// A gift card.
    case giftCard(ID<GiftCard>)
    /// What the shop owes a customer.
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
    public let order: ID<Order>
    /// Whether it pays a prober's order: it is in no list, and in no books.
    public var isProbe = false
    /// Its number among the order's attempts, from 1.
    public let number: Int
    /// How it is paid.
    public let method: PaymentMethod
    /// Who moves the money; nil where no provider does.
    public let provider: String?
    /// What the provider is given to charge; nil once it was used, and for methods that need none.
    ///
    /// Never told by the API.
    public var token: String?
    /// Where the money comes from, where the shop itself keeps it.
    public let source: PaymentSource?
    /// How much.
    public let amount: Money
    /// When money that is held is taken.
    public let capture: CaptureMode
    /// The provider's id of the charge.
    public var reference: String?
    /// Minor units that are held or were taken.
    public var authorised: Int64
    /// Minor units that were taken.
    public var captured: Int64
    /// Minor units that were given back.
    public var refunded: Int64
    /// Minor units that the provider kept for itself.
    public var fees: Int64
    /// Minor units that the customer's bank took back, disputing them.
    public var disputed: Int64
    /// What was asked of the provider, in order; each waits for the one before.
    public var operations: [PaymentOperation]
    /// When it was made.
    public let createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// Counts the changes, from 1.
    public var version: Int64

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

    /// The id of an attempt: it follows from the order's id, so that an order finds its payments without a list of them.
    public static func id(of order: ID<Order>, attempt number: Int) -> ID<Payment> {
        ID(high: order.high, low: order.low &+ UInt64(truncatingIfNeeded: number - 1))
    }
}

extension Payment {
    /// The first thing to be done with a provider: hold the amount, or take it at once.
    public static func charge(
        _ order: ID<Order>,
        number: Int,
        provider: String,
        token: String,
        amount: Money,
        capture: CaptureMode,
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
        payment.add(.authorise, amount.amount)
        return payment
    }

    /// Money that is there in the same moment: marked paid by an operator, or taken from what the shop itself keeps.
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

    /// Cash that is paid when the goods arrive.
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

    /// Where it stands.
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

    /// The code of an authorisation that never got through.
    public static let unreachable = "unreachable"

    /// Whether its outcome is still to come.
    public var isProcessing: Bool { status == .processing }

    /// The operation to be done or found out about next, by its index.
    public var openOperation: Int? { operations.firstIndex { $0.isOpen } }

    /// Minor units that can still be taken, what is under way counted as taken.
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

    /// Minor units that were taken, or are about to be.
    public var claimed: Int64 { captured + openSum(.capture) }

    /// Minor units that can still be given back, what is under way counted as done.
    public var refundable: Int64 {
        captured + openSum(.capture) - refunded - openSum(.refund) - disputed
    }

    /// Minor units that are held and not taken.
    public var held: Int64 { authorised - captured }

    func openSum(_ kind: PaymentOperation.Kind) -> Int64 {
        operations.reduce(0) { $1.kind == kind && $1.isOpen ? $0 + $1.amount : $0 }
    }
}
