import Trading

/// A payment provider behind its bulkhead and circuit breaker.
public struct GuardedPayments: PaymentProvider {
    private let provider: any PaymentProvider
    private let guarding: ProviderGuard

    /// Guards a provider.
    public init(_ provider: any PaymentProvider, by guarding: ProviderGuard) {
        self.provider = provider
        self.guarding = guarding
    }

    /// The provider's name.
    public var name: String { provider.name }

    /// How it looks from before the guard.
    public var standing: ProviderStanding? { guarding.standing }

    /// Whether the provider takes a charge in several parts.
    public var capturesInParts: Bool { provider.capturesInParts }

    /// Which amounts of a currency the provider can say; nothing is called.
    public func amounts(in currency: Currency) -> AmountRule? { provider.amounts(in: currency) }

    /// Does one thing, if the guard allows.
    public func perform(
        _ request: PaymentRequest,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<PaymentReceipt> {
        await guarding.call(deadline: deadline) { await provider.perform(request, deadline: deadline) }
    }

    /// The charge of a payment, if the guard allows.
    public func find(
        payment: String,
        reference: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        await guarding.call(deadline: deadline) {
            await provider.find(payment: payment, reference: reference, deadline: deadline)
        }
    }

    /// A page of the provider's list, if the guard allows.
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

    /// Reads a webhook; nothing is called.
    public func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice {
        try provider.notice(headers: headers, body: body, now: now)
    }
}
