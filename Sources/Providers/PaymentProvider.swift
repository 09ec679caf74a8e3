// What Tradewind asks of whoever moves money. Every call that has an effect carries a key of ours, and the provider promises that
// the same key has one effect however often it is sent. No card data ever passes: only tokens that the provider's own page made.

import Trading

/// One thing to be done with money.
public struct PaymentRequest: Hashable, Sendable {
    /// What is to be done.
    public enum Action: Hashable, Sendable {
        /// Hold the amount, or take it at once.
        case authorise(token: String, captureAtOnce: Bool)
        /// Take a part of what is held, or all; `isFinal` lets go of the rest.
        case capture(isFinal: Bool)
        /// Give a part of what was taken back, or all.
        case refund
        /// Let go of what is held.
        case void
    }

    /// What is to be done.
    public var action: Action
    /// Names the request at the provider: one effect however often it is sent.
    public var key: String
    /// Our own id of the payment, kept by the provider with the charge: by it the charge is found when its answer was lost.
    public var payment: String
    /// The provider's id of the charge; nil before the first answer.
    public var reference: String?
    /// How much.
    public var amount: Money
    /// Facts for the provider's records, as `order`: no personal data.
    public var metadata: [String: String]

    /// A request.
    public init(
        _ action: Action,
        key: String,
        payment: String,
        reference: String? = nil,
        amount: Money,
        metadata: [String: String] = [:]
    ) {
        self.action = action
        self.key = key
        self.payment = payment
        self.reference = reference
        self.amount = amount
        self.metadata = metadata
    }
}

/// What a provider did.
public struct PaymentReceipt: Hashable, Sendable {
    /// The provider's id of the charge.
    public var reference: String
    /// The provider's id of this one action, such as a refund's; nil where it has none.
    public var action: String?
    /// How much.
    public var amount: Money
    /// What the provider keeps for itself, where it says so at once.
    public var fee: Money?
    /// Whether the provider has only taken it on: how it comes out is to be looked up, for its key tells the same again.
    public var isPending: Bool

    /// A receipt.
    public init(reference: String, action: String? = nil, amount: Money, fee: Money? = nil, isPending: Bool = false) {
        self.reference = reference
        self.action = action
        self.amount = amount
        self.fee = fee
        self.isPending = isPending
    }
}

/// A refund as the provider's own books hold it.
public struct ProviderRefund: Hashable, Sendable {
    /// Where it stands.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Taken on and not decided.
        case pending
        /// Given back.
        case succeeded
        /// It came to nothing: the money is the shop's again.
        case failed
    }

    /// The provider's id.
    public var id: String
    /// The key of the operation of ours that it is, where the provider kept it; nil for one that other hands made.
    public var key: String?
    /// How much.
    public var amount: Money
    /// Where it stands.
    public var state: State

    /// A refund.
    public init(id: String, key: String? = nil, amount: Money, state: State = .succeeded) {
        self.id = id
        self.key = key
        self.amount = amount
        self.state = state
    }
}

/// A charge as the provider's own books hold it.
public struct ProviderCharge: Hashable, Sendable {
    /// Where it stands.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Not decided yet.
        case pending
        /// Held.
        case authorised
        /// Taken, in part or whole.
        case captured
        /// Refused.
        case declined
        /// Let go.
        case voided
    }

    /// The provider's id.
    public var reference: String
    /// Our own id of the payment, where the provider kept one.
    public var payment: String?
    /// Where it stands.
    public var state: State
    /// What was held or taken at first.
    public var amount: Money
    /// What is held now and can still be taken.
    public var held: Money
    /// What was taken.
    public var captured: Money
    /// Each time that something of what was taken was given back, or was to be: never what was let go without being taken.
    public var refunds: [ProviderRefund]
    /// What the provider kept for itself.
    public var fee: Money
    /// What the customer's bank took back, disputing it.
    public var disputed: Money
    /// When it was made, by the provider's clock.
    public var createdAt: Timestamp

    /// A charge.
    public init(
        reference: String,
        payment: String?,
        state: State,
        amount: Money,
        held: Money,
        captured: Money,
        refunds: [ProviderRefund],
        fee: Money,
        disputed: Money? = nil,
        createdAt: Timestamp
    ) {
        self.reference = reference
        self.payment = payment
        self.state = state
        self.amount = amount
        self.held = held
        self.captured = captured
        self.refunds = refunds
        self.fee = fee
        self.disputed = disputed ?? .zero(amount.currency)
        self.createdAt = createdAt
    }

    /// What was given back, in all.
    public var refunded: Money {
        let given = refunds.filter { $0.state == .succeeded }
        return Money(given.reduce(0) { $0 + $1.amount.amount }, captured.currency)
    }
}

/// Something that a provider tells by webhook.
///
/// It is only ever a hint to look: what counts is the charge as the provider holds it.
public struct ProviderNotice: Hashable, Sendable {
    /// The provider's id of the event, by which repeats are known.
    public var id: String
    /// The provider's id of the charge or parcel.
    public var reference: String?
    /// Our own id of the payment or shipment, where the provider kept one.
    public var subject: String?
    /// What it says, in the provider's words.
    public var type: String
    /// What it says of a charge, in ours.
    public var news: ChargeNews

    /// A notice.
    public init(id: String, reference: String?, subject: String?, type: String, news: ChargeNews = ChargeNews()) {
        self.id = id
        self.reference = reference
        self.subject = subject
        self.type = type
        self.news = news
    }
}

/// Why a webhook was not believed.
public enum NoticeRefusal: Error, Hashable, Sendable {
    /// There is no signature, or it cannot be read.
    case unsigned
    /// It is older, or from further in the future, than is taken.
    case stale
    /// It is not by whoever knows the secret.
    case forged
    /// It is signed, and makes no sense.
    case malformed
}

/// Whoever moves money.
public protocol PaymentProvider: Sendable {
    /// Its name in the shop's settings, rows and metrics: a lower-case word.
    var name: String { get }
    /// Whether a charge can be captured in several parts; where it cannot, the first capture lets go of the rest, and one
    /// that is not final is refused.
    var capturesInParts: Bool { get }
    /// Which amounts of a currency it can say; nil where it does not take the currency.
    func amounts(in currency: Currency) -> AmountRule?
    /// How it looks from before its guard; nil where it has none.
    var standing: ProviderStanding? { get }

    /// Does one thing; bounded in time by `deadline`.
    func perform(_ request: PaymentRequest, deadline: ContinuousClock.Instant) async -> ProviderAnswer<PaymentReceipt>

    /// The charge of a payment of ours as the provider holds it; `done(nil)` where it has none.
    func find(
        payment: String,
        reference: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?>

    /// A page of the provider's own list, the oldest first, of charges made in a span of time.
    func charges(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderPage>

    /// Reads a webhook after checking its signature over the raw body.
    func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice
}

extension PaymentProvider {
    /// Most providers capture in parts.
    public var capturesInParts: Bool { true }

    /// Most take any amount of any currency.
    public func amounts(in currency: Currency) -> AmountRule? { AmountRule() }

    /// By itself it has no guard.
    public var standing: ProviderStanding? { nil }
}

/// A page of a provider's list.
public struct ProviderPage: Hashable, Sendable {
    /// The charges.
    public var charges: [ProviderCharge]
    /// Where the next page starts; nil at the end.
    public var next: String?

    /// A page.
    public init(charges: [ProviderCharge], next: String?) {
        self.charges = charges
        self.next = next
    }
}
