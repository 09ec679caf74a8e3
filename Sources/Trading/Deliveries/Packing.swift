// The units of an order that can still be packed: those that have not left and are in no open shipment. A shipment leaves one
// location, so of a line that is split over locations only that location's share can go into it. Lines without counted stock,
// such as services, have no location and can be added to any shipment.

extension PackedUnits {
    /// The contents of the open ones among these shipments.
    public init(_ shipments: [Shipment]) {
        var parts: [Int64: [Allocation]] = [:]
        for shipment in shipments where shipment.state.isOpen {
            for item in shipment.lines {
                parts[item.line, default: []].append(
                    Allocation(location: shipment.location, quantity: item.quantity)
                )
            }
        }
        self.init(parts: parts)
    }
}

/// Why units were not packed, in order of precedence.
///
/// Nothing was changed.
public enum PackRefusal: Error, Hashable, Sendable {
    /// The order does not exist.
    case orderNotFound
    /// The shop was restored from a backup, and it is not known yet whether these units were sent before.
    case searching
    /// The order has the maximum number of shipments.
    case tooManyShipments(limit: Int)
    /// The location does not exist.
    case unknownLocation
    /// The state of the order does not allow units to leave.
    case wrongState(OrderState)
    /// The list of lines is empty.
    case noLines
    /// All units have left or are packed, at that location or at all.
    case nothingLeft
    /// The line does not exist.
    case unknownLine(index: Int, line: Int64)
    /// The same line is named twice.
    case repeatedLine(index: Int, line: Int64)
    /// More units than can still be packed there.
    case tooMany(index: Int, line: Int64, left: Int64)
    /// The captured and authorised money of the order does not cover the packed goods.
    case paymentNeeded(ID<Payment>)
}

/// The units of an order that can still be packed.
public struct Packing: Sendable {
    private let order: Order
    private let packed: PackedUnits

    /// The units of an order that are not packed.
    public init(_ order: Order, packed: PackedUnits) {
        self.order = order
        self.packed = packed
    }

    /// Units of a line, by its number, that can be shipped from a location.
    public func left(of line: Int64, at location: String) -> Int64 {
        order.lines[Int(line) - 1].left(from: location, sparing: packed.parts(of: line))
    }

    /// Packs units of lines, or all remaining units at one location where `wanted` is nil.
    ///
    /// Without a location, the first one that has all wanted units is chosen, or else the first that has some of them.
    ///
    /// - Parameter fallback: the location of a shipment without stock-counted lines.
    public func pack(
        _ wanted: [LineQuantity]?,
        at location: String?,
        fallback: String
    ) throws(PackRefusal) -> (location: String, lines: [LineQuantity]) {
        guard order.state == .confirmed || order.state == .partlyFulfilled else { throw .wrongState(order.state) }
        guard let wanted else { return try packAll(at: location, fallback: fallback) }
        guard !wanted.isEmpty else { throw .noLines }
        try check(wanted)
        let place = location ?? place(for: wanted) ?? fallback
        for (index, item) in wanted.enumerated() {
            let left = left(of: item.line, at: place)
            guard item.quantity >= 1, item.quantity <= left else {
                throw .tooMany(index: index, line: item.line, left: left)
            }
        }
        return (place, wanted)
    }

    private func packAll(
        at location: String?,
        fallback: String
    ) throws(PackRefusal) -> (location: String, lines: [LineQuantity]) {
        let numbers = 1...Int64(order.lines.count)
        let place = location ?? numbers.lazy.compactMap { free($0).first?.location }.first ?? fallback
        let lines = numbers.compactMap { line -> LineQuantity? in
            let left = left(of: line, at: place)
            return left > 0 ? LineQuantity(line: line, quantity: left) : nil
        }
        guard !lines.isEmpty else { throw .nothingLeft }
        return (place, lines)
    }

    private func check(_ wanted: [LineQuantity]) throws(PackRefusal) {
        var seen: Set<Int64> = []
        for (index, item) in wanted.enumerated() {
            guard item.line >= 1, item.line <= Int64(order.lines.count) else {
                throw .unknownLine(index: index, line: item.line)
            }
            guard seen.insert(item.line).inserted else { throw .repeatedLine(index: index, line: item.line) }
        }
    }

    private func place(for wanted: [LineQuantity]) -> String? {
        let places = wanted.flatMap { free($0.line).map(\.location) }
        return places.first { place in wanted.allSatisfy { left(of: $0.line, at: place) >= $0.quantity } }
            ?? places.first
    }

    private func free(_ line: Int64) -> [Allocation] {
        order.lines[Int(line) - 1].unshipped.less(packed.parts(of: line))
    }
}
