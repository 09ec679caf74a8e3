// The life of an order. Money and goods move it forward; it never moves back. Units that were returned or cancelled are counted
// beside the state.
//
//   pendingPayment ─→ confirmed ─→ partlyFulfilled ─→ fulfilled ─→ completed
//         │  │            │  └──────────────────────────↗
//         │  └→ expired   └→ cancelled
//         └───→ cancelled

/// The state of an order.
public enum OrderState: Int64, Hashable, Sendable, CaseIterable {
    /// Placed; its units are reserved until it is paid or its reservation ends.
    case pendingPayment = 1
    /// Paid; its units are reserved until they ship.
    case confirmed = 2
    /// Some units have shipped.
    case partlyFulfilled = 3
    /// All units have shipped, except cancelled ones.
    case fulfilled = 4
    /// Closed by the operator.
    case completed = 5
    /// Cancelled before anything shipped; its units are available again.
    case cancelled = 6
    /// Not paid in time; its units are available again.
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

    /// Whether units of such an order are reserved.
    public var holdsStock: Bool {
        switch self {
        case .pendingPayment, .confirmed, .partlyFulfilled: true
        case .fulfilled, .completed, .cancelled, .expired: false
        }
    }
}
