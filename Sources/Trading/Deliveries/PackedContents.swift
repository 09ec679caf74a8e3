// The contents of a parcel in a few characters, as its carrier keeps them with the booking: a shop that lost its own record of the
// parcel reads there what was in it.

/// The units in a parcel, as text: `1x2,3x1` for two units of the first line and one of the third.
public struct PackedContents: Hashable, Sendable, CustomStringConvertible {
    /// The most bytes of a text that is read.
    public static let maxBytes = 16_000

    /// Units of lines, each line once.
    public let lines: [LineQuantity]

    /// The contents of a parcel.
    public init(_ lines: [LineQuantity]) {
        self.lines = lines
    }

    /// Reads the text; nil for anything but lines from 1 on, each named once, with at least one unit.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.maxBytes else { return nil }
        var lines: [LineQuantity] = []
        var seen: Set<Int64> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "x", omittingEmptySubsequences: false)
            guard parts.count == 2, let line = Self.number(parts[0]), let quantity = Self.number(parts[1]),
                seen.insert(line).inserted
            else { return nil }
            lines.append(LineQuantity(line: line, quantity: quantity))
        }
        self.lines = lines
    }

    /// The text.
    public var description: String { lines.map { "\($0.line)x\($0.quantity)" }.joined(separator: ",") }

    /// A number from 1 on, in digits alone.
    private static func number(_ text: Substring) -> Int64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text), number >= 1 else {
            return nil
        }
        return number
    }
}
