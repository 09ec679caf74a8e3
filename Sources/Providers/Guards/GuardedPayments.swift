import Trading

/// A payment provider behind its bulkhead and circuit breaker.
public struct GuardedPayments: PaymentProvider {
    private let provider: any PaymentProvider
    private let guarding: ProviderGuard

    /// Adds a guard to a provider.
    public init(_ provider: any PaymentProvider, by guarding: ProviderGuard) {
        self.provider = provider
        self.guarding = guarding
    }

    /// The provider's name.
    public var name: String { provider.name }

    /// The state of the guard.
    public var standing: ProviderStanding? { guarding.standing }

    /// Whether the provider supports several captures of one authorisation.
    public var capturesInParts: Bool { provider.capturesInParts }

    /// The representable amounts of a currency; no call is made.
    public func amounts(in currency: Currency) -> AmountRule? { provider.amounts(in: currency) }

    /// Sends an operation; `notDone` where the guard refuses the call.
    public func perform(
        _ request: PaymentRequest,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<PaymentReceipt> {
        await guarding.call(deadline: deadline) { await provider.perform(request, deadline: deadline) }
    }

    /// The charge of a payment; `notDone` where the guard refuses the call.
    public func find(
        payment: String,
        reference: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        await guarding.call(deadline: deadline) {
            await provider.find(payment: payment, reference: reference, deadline: deadline)
        }
    }

    /// A page of the provider's list; `notDone` where the guard refuses the call.
    public func charges(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderPage> {
        await guarding.call(deadline: deadline) {
            await provider.charges(from: from, to: to, after: cursor, deadline: deadline)
        }
    }

    /// A page of charges that changed; `notDone` where the guard refuses the call.
    public func changed(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ChangedCharges> {
        await guarding.call(deadline: deadline) {
            await provider.changed(from: from, to: to, after: cursor, deadline: deadline)
        }
    }

    /// Reads a webhook; no call is made.
    public func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice {
        try provider.notice(headers: headers, body: body, now: now)
    }
}
