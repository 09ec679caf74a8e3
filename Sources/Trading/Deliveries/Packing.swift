// Which units of an order can still be packed: those that have not left and are in no open shipment. A shipment leaves one location,
// so of a line that is split over locations only that location's share can go into it. Lines of which no stock is kept, such as
// services, have no location and ride with any shipment.

/// Units of an order that are set aside in its open shipments.
public struct PackedUnits: Hashable, Sendable {
    private var parts: [Int64: [Allocation]] = [:]

    /// Nothing is packed.
    public static let none = PackedUnits([])

    /// What is in these shipments, as far as they are open.
    public init(_ shipments: [Shipment]) {
        for shipment in shipments where shipment.state.isOpen {
            for item in shipment.lines {
                parts[item.line, default: []].append(
                    Allocation(location: shipment.location, quantity: item.quantity)
                )
            }
        }
    }

    /// Whether nothing is.
    public var isEmpty: Bool { parts.isEmpty }

    /// Packed units of a line, by its number, location by location; a location may come several times.
    func parts(of line: Int64) -> [Allocation] { parts[line] ?? [] }
}

/// Why nothing was packed, in order of precedence.
public enum PackRefusal: Error, Hashable, Sendable {
    /// There is no such order.
    case orderNotFound
    /// The order has as many shipments as there can be.
    case tooManyShipments(limit: Int)
    /// There is no such location.
    case unknownLocation
    /// The order is not one whose units may leave.
    case wrongState(OrderState)
    /// A list of lines that names none.
    case noLines
    /// All units have left or are packed, there or anywhere.
    case nothingLeft
    /// There is no line of that number.
    case unknownLine(index: Int, line: Int64)
    /// The same line is named twice.
    case repeatedLine(index: Int, line: Int64)
    /// More units than are left to pack there.
    case tooMany(index: Int, line: Int64, left: Int64)
    /// What was taken and is held for the order is not enough for what is packed.
    case paymentNeeded(ID<Payment>)
}

/// What of an order can still be packed.
public struct Packing: Sendable {
    private let order: Order
    private let packed: PackedUnits

    /// What is left of an order besides what is packed.
    public init(_ order: Order, packed: PackedUnits) {
        self.order = order
        self.packed = packed
    }

    /// Units of a line, by its number, that can go into a shipment from a location.
    public func left(of line: Int64, at location: String) -> Int64 {
        order.lines[Int(line) - 1].left(from: location, sparing: packed.parts(of: line))
    }

    /// Packs units of lines, or all that is left at one location where `wanted` is nil.
    ///
    /// Where no location is named, it is the first that has all that is wanted, or else the first that has some of it.
    ///
    /// - Parameter fallback: the location of a shipment of nothing that stock is kept of.
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
