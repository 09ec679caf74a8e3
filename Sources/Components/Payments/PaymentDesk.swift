import Providers
import Trading

/// Bounds of the payment worker.
public struct PaymentBounds: Hashable, Sendable {
    /// The most calls under way to one provider.
    public var callsMax: Int
    /// For how long a call may take.
    public var callTime: Duration
    /// How often to look for due payments, where nothing rings before.
    public var interval: Duration

    /// For how long a claim holds, in seconds: longer than a call and its record may take.
    public var claimSeconds: Int64 { callTime.components.seconds + 20 }

    /// Bounds, with the defaults that the settings table shows.
    public init(callsMax: Int = 32, callTime: Duration = .seconds(8), interval: Duration = .milliseconds(200)) {
        self.callsMax = callsMax
        self.callTime = callTime
        self.interval = interval
    }
}

/// Whoever moves money for a shop, and on which terms.
public struct PaymentDesk: Sendable {
    /// The providers by name.
    public let providers: [String: any PaymentProvider]
    /// Which provider takes what, and when money that is held is taken.
    public let terms: PaymentTerms
    /// Bounds of the worker.
    public let bounds: PaymentBounds
    /// Requests that wait for the outcome of a payment.
    public let waiters: PaymentWaiters
    /// Tells the worker that there is something to do.
    let bell = Bell()
    /// What the worker and the reconciliation have seen.
    public let metrics = PaymentMetrics()

    /// A desk with these providers; none takes nothing.
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
