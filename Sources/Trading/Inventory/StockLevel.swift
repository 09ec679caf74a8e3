// Stock of a SKU at a location is two counters: units on hand, and the reserved ones among them. The difference is available.
// Every change of either is a movement, and the counters always equal the sums of the movements: that makes stock auditable, and
// a lost update visible. No movement may make reserved negative or greater than on hand.

/// Why stock moved.
public enum MovementKind: Int64, Hashable, Sendable, CaseIterable {
    /// Goods came in: on hand grows.
    case received = 1
    /// Units were reserved for an order: reserved grows.
    case reserved = 2
    /// Units of an order were released: reserved shrinks.
    case released = 3
    /// Units left for a customer: both shrink.
    case shipped = 4
    /// Units came back and can be sold again: on hand grows.
    case returned = 5
    /// A count was corrected: on hand grows or shrinks.
    case adjusted = 6
    /// Units were lost or broken: on hand shrinks.
    case writtenOff = 7

    /// The name in the API.
    public var name: String {
        switch self {
        case .received: "received"
        case .reserved: "reserved"
        case .released: "released"
        case .shipped: "shipped"
        case .returned: "returned"
        case .adjusted: "adjusted"
        case .writtenOff: "writtenOff"
        }
    }

    /// Whether it changes on hand.
    public var movesOnHand: Bool { self != .reserved && self != .released }
    /// Whether it changes reserved.
    public var movesReserved: Bool { self == .reserved || self == .released || self == .shipped }

    /// Whether the maximum of a location applies: only to units entered by hand.
    var isBounded: Bool { self == .received || self == .adjusted }

    /// Whether the kind allows a change in that direction: received units are never negative, shipped ones always.
    public func allows(_ quantity: Int64) -> Bool {
        switch self {
        case .received, .reserved, .returned: quantity > 0
        case .released, .shipped, .writtenOff: quantity < 0
        case .adjusted: quantity != 0
        }
    }
}

/// Why stock did not move.
///
/// The level is unchanged.
public enum StockRefusal: Error, Hashable, Sendable {
    /// The kind of movement does not have this direction, or the quantity is zero.
    case wrongDirection
    /// More units would leave, or be reserved, than are available.
    case insufficient(available: Int64)
    /// The counter would exceed its maximum.
    case overflow
}

/// Units of one SKU at one location.
public struct StockLevel: Hashable, Sendable {
    /// Units on hand, reserved ones included.
    public private(set) var onHand: Int64
    /// Units reserved for orders that have not shipped.
    public private(set) var reserved: Int64

    /// The most units of one SKU that can be received into a location or counted there.
    public static let maxUnits: Int64 = 1_000_000_000_000

    /// A level with these counters.
    public init(onHand: Int64 = 0, reserved: Int64 = 0) {
        self.onHand = onHand
        self.reserved = reserved
    }

    /// Units that can still be sold.
    public var available: Int64 { onHand - reserved }

    /// Applies a movement of `quantity` units, signed as the counters change.
    ///
    /// - Throws: a refusal, which leaves the level unchanged. In order of precedence: direction, overflow, too few units.
    public mutating func apply(_ kind: MovementKind, _ quantity: Int64) throws(StockRefusal) {
        guard kind.allows(quantity) else { throw .wrongDirection }
        guard quantity.magnitude <= UInt64(Self.maxUnits) else { throw .overflow }
        let newOnHand = kind.movesOnHand ? onHand + quantity : onHand
        let newReserved = kind.movesReserved ? reserved + quantity : reserved
        // The maximum does not apply to returned goods and to orders, which concern units that exist.
        guard newOnHand <= Self.maxUnits || !kind.isBounded || quantity < 0 else { throw .overflow }
        guard newReserved >= 0, newOnHand >= newReserved else { throw .insufficient(available: available) }
        onHand = newOnHand
        reserved = newReserved
    }
}

/// A place that holds stock.
public struct Location: Hashable, Sendable {
    /// The shop's identifier of the location, 1 to 64 printable ASCII characters.
    public var code: String
    /// The name for operators.
    public var name: String
    /// Orders are allocated to the lowest number first.
    public var priority: Int64
    /// Whether orders may be allocated to it.
    public var active: Bool
    /// Counts the changes, from 1.
    public var version: Int64

    /// The code of the location that every shop begins with.
    public static let mainCode = "main"
    /// The most locations a shop may have.
    public static let maxCount = 100

    /// A location.
    public init(code: String, name: String, priority: Int64 = 0, active: Bool = true, version: Int64 = 0) {
        self.code = code
        self.name = name
        self.priority = priority
        self.active = active
        self.version = version
    }
}
