/// Units of an order that are reserved for its open shipments.
public struct PackedUnits: Hashable, Sendable {
    /// Packed units by the number of their line; a location may occur several times.
    let parts: [Int64: [Allocation]]

    /// Nothing is packed.
    public static let none = PackedUnits(parts: [:])

    /// Whether no unit is packed.
    public var isEmpty: Bool { parts.isEmpty }

    /// Packed units of a line, by its number, and location; a location may occur several times.
    func parts(of line: Int64) -> [Allocation] { parts[line] ?? [] }
}
