import Trading

/// Settings of the delivery desk.
public struct DeliverySettings: Hashable, Sendable {
    /// How many calls to one carrier may be in progress at once.
    public var concurrency: Int
    /// How long a call to a carrier may take, in seconds.
    public var callSeconds: Int64
    /// When parcels are looked up at the carrier.
    public var schedule: TrackingSchedule
    /// Whether an order is closed once all of its units have arrived.
    public var completesOrders: Bool

    /// Creates settings; the defaults are those of the settings table.
    public init(
        concurrency: Int = 8,
        callSeconds: Int64 = 10,
        schedule: TrackingSchedule = TrackingSchedule(),
        completesOrders: Bool = true
    ) {
        self.concurrency = concurrency
        self.callSeconds = callSeconds
        self.schedule = schedule
        self.completesOrders = completesOrders
    }

    /// How long a claim on a task holds, in seconds: longer than its call can take.
    var claimSeconds: Int64 { callSeconds * 2 + 20 }
}
