import Providers

/// The options of a sandbox.
public struct SandboxOptions: Sendable {
    /// Which sandbox.
    public enum Kind: String, Sendable, CaseIterable {
        /// A payment provider.
        case payments
        /// A carrier.
        case deliveries
    }

    /// Which sandbox.
    public var kind: Kind
    /// The folder of its journal; created if it is missing.
    public var data: String
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes a free one.
    public var port = 0
    /// The URL for webhooks; without it, or without a secret, none are sent.
    public var webhookURL: String?
    /// The secret for signing webhooks.
    public var webhookSecret: WebhookSecret?
    /// The seed of the random faults.
    public var seed: UInt64 = 1
    /// The fault rules at the start.
    public var faults: [FaultKind: FaultRule] = [:]
    /// The fees of the payment sandbox.
    public var fees = FeeRule()
    /// Seconds of a parcel's life per second, for the delivery sandbox.
    public var speed = 1.0

    /// Options with defaults.
    public init(_ kind: Kind, data: String) {
        self.kind = kind
        self.data = data
    }

    /// The faults that a sandbox of this kind supports.
    public var knownFaults: Set<FaultKind> {
        switch kind {
        case .payments: PaymentSandbox.faults
        case .deliveries: DeliverySandbox.faults
        }
    }
}
