import Providers

/// How a sandbox is to run.
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
    /// The folder of its journal; made if it is missing.
    public var data: String
    /// The address to listen at.
    public var host = "127.0.0.1"
    /// The port to listen at; 0 takes a free one.
    public var port = 0
    /// Where webhooks go; without it, or without a secret, there are none.
    public var webhookURL: String?
    /// What webhooks are signed with.
    public var webhookSecret: WebhookSecret?
    /// Where the random numbers of the faults start.
    public var seed: UInt64 = 1
    /// What goes wrong from the start.
    public var faults: [FaultKind: FaultRule] = [:]
    /// What the payment sandbox keeps of charges.
    public var fees = FeeRule()
    /// Seconds of a parcel's life in one second, for the delivery sandbox.
    public var speed = 1.0

    /// Options with their defaults.
    public init(_ kind: Kind, data: String) {
        self.kind = kind
        self.data = data
    }

    /// The faults that a sandbox of this kind has.
    public var knownFaults: Set<FaultKind> {
        switch kind {
        case .payments: PaymentSandbox.faults
        case .deliveries: DeliverySandbox.faults
        }
    }
}
