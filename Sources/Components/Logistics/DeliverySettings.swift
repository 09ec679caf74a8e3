import Trading

/// Bounds of the delivery desk.
public struct DeliverySettings: Hashable, Sendable {
    /// Calls to one carrier at once.
    public var concurrency: Int
    /// How long a call to a carrier may take, in seconds.
    public var callSeconds: Int64
    /// When parcels are asked for.
    public var schedule: TrackingSchedule
    /// Whether an order is closed once all of its units have arrived.
    public var completesOrders: Bool

    /// Settings, with the defaults that the settings table shows.
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

    /// For how long a claim on a task holds, in seconds: longer than its call ever takes.
    var claimSeconds: Int64 { callSeconds * 2 + 20 }
}
