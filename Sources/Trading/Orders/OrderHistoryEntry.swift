/// One entry of an order's immutable history.
public struct OrderHistoryEntry: Hashable, Sendable {
    /// The state from then on.
    public var state: OrderState
    /// When.
    public var at: Timestamp
    /// The reason, as the user gave it.
    public var reason: String?
    /// The end of the reservation from then on, where the entry set it.
    public var reservedUntil: Timestamp?
    /// Cancelled units, where the entry is about that.
    public var cancelled: [LineQuantity]

    /// An entry of the history.
    public init(
        state: OrderState,
        at: Timestamp,
        reason: String? = nil,
        reservedUntil: Timestamp? = nil,
        cancelled: [LineQuantity] = []
    ) {
        self.state = state
        self.at = at
        self.reason = reason
        self.reservedUntil = reservedUntil
        self.cancelled = cancelled
    }
}
