import Providers
import Trading

/// Limits of the payment worker.
public struct PaymentBounds: Hashable, Sendable {
    /// The most concurrent calls to one provider.
    public var callsMax: Int
    /// The timeout of a call.
    public var callTime: Duration
    /// How often to poll for due payments, in addition to wake-ups.
    public var interval: Duration

    /// How long a claim is valid, in seconds: longer than a call and its record can take.
    public var claimSeconds: Int64 { callTime.components.seconds + 20 }

    /// Limits, with the defaults of the settings.
    public init(callsMax: Int = 32, callTime: Duration = .seconds(8), interval: Duration = .milliseconds(200)) {
        self.callsMax = callsMax
        self.callTime = callTime
        self.interval = interval
    }
}

/// The payment providers of a shop, and its terms of payment.
public struct PaymentDesk: Sendable {
    /// The providers by name.
    public let providers: [String: any PaymentProvider]
    /// Which provider is used for which payment, and when authorised money is captured.
    public let terms: PaymentTerms
    /// Limits of the worker.
    public let bounds: PaymentBounds
    /// Requests that wait for the outcome of a payment.
    public let waiters: PaymentWaiters
    /// Wakes the workers when there is something to do.
    let bell = Bell()
    /// Metrics of the workers and the reconciliation.
    public let metrics = PaymentMetrics()

    /// A desk with these providers; without any, payments by card are refused.
    public init(
        providers: [any PaymentProvider] = [],
        terms: PaymentTerms = PaymentTerms(),
        bounds: PaymentBounds = PaymentBounds(),
        waiters: PaymentWaiters = PaymentWaiters()
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }) { first, _ in
            preconditionFailure("two providers are called \(first.name)")
        }
        self.terms = terms
        self.bounds = bounds
        self.waiters = waiters
    }
}
