// The interface to payment providers. Every call with an effect carries a key of ours, and the provider promises that a key has
// one effect however often it is sent. Card data never passes: only tokens that the provider's own page made. Calls run in the
// calling task, over the network, and never throw: the answer says what is known afterwards.

import Trading

/// One operation on money.
public struct PaymentRequest: Hashable, Sendable {
    /// The kind of operation.
    public enum Action: Hashable, Sendable {
        /// Authorise the amount, or capture it at once.
        case authorise(token: String, captureAtOnce: Bool)
        /// Capture a part of the authorised amount, or all; `isFinal` releases the rest.
        case capture(isFinal: Bool)
        /// Refund a part of the captured amount, or all.
        case refund
        /// Release the authorised amount.
        case void
    }

    /// The kind of operation.
    public var action: Action
    /// Identifies the request at the provider: one effect however often it is sent.
    public var key: String
    /// Our own id of the payment, which the provider stores with the charge: by it the charge is found when an answer was lost.
    public var payment: String
    /// The provider's id of the charge; nil before the first answer.
    public var reference: String?
    /// The amount.
    public var amount: Money
    /// Facts for the provider's records, such as `order`: no personal data.
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

/// A provider's record of an operation that it did.
public struct PaymentReceipt: Hashable, Sendable {
    /// The provider's id of the charge.
    public var reference: String
    /// The provider's id of this one action, such as a refund's; nil where it has none.
    public var action: String?
    /// The amount.
    public var amount: Money
    /// The provider's fee, if it is given at once.
    public var fee: Money?
    /// Whether the provider has only accepted it: the result has to be looked up, since repeating the key gives the same answer
    /// again.
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

/// A refund in the provider's own books.
public struct ProviderRefund: Hashable, Sendable {
    /// The state of a refund.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Accepted and not decided.
        case pending
        /// Refunded.
        case succeeded
        /// It failed: the money is the shop's again.
        case failed
    }

    /// The provider's id.
    public var id: String
    /// The key of our operation, if the provider stored it; nil for a refund that others made.
    public var key: String?
    /// The amount.
    public var amount: Money
    /// The state.
    public var state: State

    /// A refund.
    public init(id: String, key: String? = nil, amount: Money, state: State = .succeeded) {
        self.id = id
        self.key = key
        self.amount = amount
        self.state = state
    }
}

/// A charge in the provider's own books.
public struct ProviderCharge: Hashable, Sendable {
    /// The state of a charge.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Not decided yet.
        case pending
        /// Authorised.
        case authorised
        /// Captured, partly or completely.
        case captured
        /// Declined.
        case declined
        /// Voided.
        case voided
    }

    /// The provider's id.
    public var reference: String
    /// Our own id of the payment, if the provider stored it.
    public var payment: String?
    /// The state.
    public var state: State
    /// The amount that was authorised, or captured at once.
    public var amount: Money
    /// The authorised amount that can still be captured.
    public var held: Money
    /// The captured amount.
    public var captured: Money
    /// All refunds of captured money, whatever their state; not the release of an authorised amount.
    public var refunds: [ProviderRefund]
    /// The provider's fee.
    public var fee: Money
    /// The amount that the customer's bank took back in disputes.
    public var disputed: Money
    /// When it was made, by the provider's clock.
    public var createdAt: Timestamp
    /// Our own id of the order, if the provider stored it.
    public var order: String?

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

    /// The sum of the refunds that succeeded.
    public var refunded: Money {
        let given = refunds.filter { $0.state == .succeeded }
        return Money(given.reduce(0) { $0 + $1.amount.amount }, captured.currency)
    }
}

/// The content of a provider's webhook.
///
/// It is only ever a hint: what counts is the charge as the provider holds it.
public struct ProviderNotice: Hashable, Sendable {
    /// The provider's id of the event, by which repeats are recognised.
    public var id: String
    /// The provider's id of the charge or parcel.
    public var reference: String?
    /// Our own id of the payment or shipment, if the provider stored it.
    public var subject: String?
    /// The type, in the provider's terms.
    public var type: String
    /// Its content about a charge, in the terms of the rules.
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

/// Why a webhook was rejected.
public enum NoticeRefusal: Error, Hashable, Sendable {
    /// The signature is missing or unreadable.
    case unsigned
    /// Its time is too far in the past or in the future.
    case stale
    /// Its signature is not by a holder of the secret.
    case forged
    /// It is signed, but its content is not valid.
    case malformed
}

/// A payment provider.
public protocol PaymentProvider: Sendable {
    /// Its name in the shop's settings, rows and metrics: a lower-case word.
    var name: String { get }
    /// Whether one authorisation can be captured several times.
    ///
    /// If not, the first capture releases the rest, and a capture that is not final is refused.
    var capturesInParts: Bool { get }
    /// The representable amounts of a currency; nil where the provider does not accept the currency.
    ///
    /// No call is made.
    func amounts(in currency: Currency) -> AmountRule?
    /// The state of its guard; nil where it has none.
    var standing: ProviderStanding? { get }

    /// Sends an operation; bounded in time by `deadline`.
    ///
    /// Cost: one call.
    ///
    /// After `notDone` and `unknown` the same request may be sent again under its key; after `refused` it must not.
    func perform(_ request: PaymentRequest, deadline: ContinuousClock.Instant) async -> ProviderAnswer<PaymentReceipt>

    /// The charge of a payment as the provider holds it; `done(nil)` only where it certainly has none.
    ///
    /// Without an effect, so it may always be repeated. Cost: one call, or several where the reference is not known.
    func find(
        payment: String,
        reference: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?>

    /// A page of the provider's own list of the charges made in a span of time.
    ///
    /// Without an effect, so it may always be repeated. Cost: one call.
    func charges(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderPage>

    /// A page of the charges, of any age, that were captured, refunded or disputed in a span of time.
    ///
    /// Without an effect, so it may always be repeated. Cost: one call.
    func changed(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ChangedCharges>

    /// Reads a webhook after checking its signature over the raw body.
    ///
    /// No call is made.
    ///
    /// - Throws: ``NoticeRefusal``; the same message is refused again.
    func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice
}

extension PaymentProvider {
    /// True: most providers support several captures.
    public var capturesInParts: Bool { true }

    /// All amounts: most providers accept any amount of any currency.
    public func amounts(in currency: Currency) -> AmountRule? { AmountRule() }

    /// Nil: a provider itself has no guard.
    public var standing: ProviderStanding? { nil }
}

/// A page of charges that changed.
public struct ChangedCharges: Hashable, Sendable {
    /// The provider's ids of the charges; one may stand more than once.
    public var references: [String]
    /// The cursor of the next page; nil at the end.
    public var next: String?

    /// A page.
    public init(references: [String], next: String?) {
        self.references = references
        self.next = next
    }
}

/// A page of a provider's list.
public struct ProviderPage: Hashable, Sendable {
    /// The charges.
    public var charges: [ProviderCharge]
    /// The cursor of the next page; nil at the end.
    public var next: String?

    /// A page.
    public init(charges: [ProviderCharge], next: String?) {
        self.charges = charges
        self.next = next
    }
}
