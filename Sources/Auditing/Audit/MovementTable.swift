// The auditor's own table of stock movements, duplicated on purpose.

import Trading

/// The effect of a kind of movement on the two counters, and its directions.
struct MovementTable {
    /// Whether it changes what is on hand.
    let onHand: Bool
    /// Whether it changes what is reserved.
    let reserved: Bool
    /// Whether it may add, and whether it may take away.
    let adds: Bool
    let takes: Bool

    init(_ kind: MovementKind) {
        switch kind {
        case .received, .returned: (onHand, reserved, adds, takes) = (true, false, true, false)
        case .reserved: (onHand, reserved, adds, takes) = (false, true, true, false)
        case .released: (onHand, reserved, adds, takes) = (false, true, false, true)
        case .shipped: (onHand, reserved, adds, takes) = (true, true, false, true)
        case .adjusted: (onHand, reserved, adds, takes) = (true, false, true, true)
        case .writtenOff: (onHand, reserved, adds, takes) = (true, false, false, true)
        }
    }

    /// Whether the kind allows the sign of a quantity.
    func allows(_ quantity: Int64) -> Bool {
        quantity > 0 ? adds : quantity < 0 && takes
    }
}
