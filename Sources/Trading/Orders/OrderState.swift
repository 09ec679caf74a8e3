// The life of an order. Money and goods move it forward; it never moves back, and what was returned or called off by the unit is
// counted beside the state.
//
//   pendingPayment ─→ confirmed ─→ partlyFulfilled ─→ fulfilled ─→ completed
//         │  │            │  └──────────────────────────↗
//         │  └→ expired   └→ cancelled
//         └───→ cancelled

/// Where an order stands.
public enum OrderState: Int64, Hashable, Sendable, CaseIterable {
    /// Placed; its units are held until it is paid or its reservation ends.
    case pendingPayment = 1
    /// Paid; its units are held until they ship.
    case confirmed = 2
    /// Some units have shipped.
    case partlyFulfilled = 3
    /// All units have shipped, but for those that were called off.
    case fulfilled = 4
    /// The operator closed it.
    case completed = 5
    /// Called off before anything shipped; its units are free again.
    case cancelled = 6
    /// Not paid in time; its units are free again.
    case expired = 7

    /// The name in the API.
    public var name: String {
        switch self {
        case .pendingPayment: "pendingPayment"
        case .confirmed: "confirmed"
        case .partlyFulfilled: "partlyFulfilled"
        case .fulfilled: "fulfilled"
        case .completed: "completed"
        case .cancelled: "cancelled"
        case .expired: "expired"
        }
    }

    /// A state by its name in the API.
    public init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }

    /// The states that may follow.
    public var successors: Set<OrderState> {
        switch self {
        case .pendingPayment: [.confirmed, .cancelled, .expired]
        case .confirmed: [.partlyFulfilled, .fulfilled, .cancelled]
        case .partlyFulfilled: [.partlyFulfilled, .fulfilled]
        case .fulfilled: [.completed]
        case .completed, .cancelled, .expired: []
        }
    }

    /// Whether units of such an order are still reserved in stock.
    public var holdsStock: Bool {
        switch self {
        case .pendingPayment, .confirmed, .partlyFulfilled: true
        case .fulfilled, .completed, .cancelled, .expired: false
        }
    }
}

/// One entry of an order's immutable history.
public struct OrderHistoryEntry: Hashable, Sendable {
    /// The state from then on.
    public var state: OrderState
    /// When.
    public var at: Timestamp
    /// Why, in the words of whoever did it.
    public var reason: String?
    /// Until when units were held from then on, where the entry set that.
    public var reservedUntil: Timestamp?
    /// Units that were called off, where the entry is about that.
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
