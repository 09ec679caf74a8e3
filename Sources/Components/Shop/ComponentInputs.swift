import Logging
import Providers

/// The inputs of all components.
public struct ComponentInputs: Sendable {
    /// The shop.
    public let shop: Shop
    /// The interval at which workers look for due tasks.
    public let taskInterval: Duration
    /// The pause between prunings.
    public let pruneInterval: Duration
    /// The log.
    public let logger: Logger
    /// The carriers; the first is the default.
    public let carriers: [any Carrier]
    /// Settings of the delivery desk.
    public let deliveries: DeliverySettings
    /// The replicas of this data directory as a JSON object, for `GET /v1/replicas`; may take a second.
    public let replicas: @Sendable () async -> [UInt8]
    /// The figures of the shop's archive; nil for a shop without backups.
    public let archive: (@Sendable () -> ArchiveGauges)?
    /// The sources of the availability figures.
    public let availability: AvailabilityInputs

    /// The answer without a supervisor.
    public static let noReplicas = Array(
        #"{"supervisor":{"isAlive":false},"replicas":[],"crashLoops":[],"recoveries":[]}"#.utf8
    )

    /// The inputs of all components.
    public init(
        shop: Shop,
        taskInterval: Duration,
        pruneInterval: Duration,
        logger: Logger,
        carriers: [any Carrier] = [],
        deliveries: DeliverySettings = DeliverySettings(),
        replicas: @escaping @Sendable () async -> [UInt8] = { ComponentInputs.noReplicas },
        archive: (@Sendable () -> ArchiveGauges)? = nil,
        availability: AvailabilityInputs = AvailabilityInputs()
    ) {
        self.shop = shop
        self.taskInterval = taskInterval
        self.pruneInterval = pruneInterval
        self.logger = logger
        self.carriers = carriers
        self.deliveries = deliveries
        self.replicas = replicas
        self.archive = archive
        self.availability = availability
    }
}
