/// A number for a request: equal for the same method, target and body, and different for others except by rare chance.
///
/// It is the same in all processes of a machine. It is not collision-resistant: a sender who constructs a collision can only
/// block requests that collide with one which crashed processes.
public struct RequestPrint: Hashable, Sendable {
    /// The number; never 0.
    public private(set) var value: UInt64

    /// The multiplier of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
    private static let multiplier: UInt64 = 0xBF58_476D_1CE4_E5B9

    /// The print of an empty request.
    public init() { value = 1 }

    /// A stored print; nil for 0.
    init?(_ value: UInt64) {
        guard value != 0 else { return nil }
        self.value = value
    }

    /// Adds more bytes of the request; the boundaries between calls are part of the print.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var print = Self.mixed(value, UInt64(bytes.count))
        var offset = 0
        while offset + 8 <= bytes.count {
            print = Self.mixed(print, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        for byte in bytes[offset...] { rest = rest << 8 | UInt64(byte) }
        print = Self.mixed(print, rest)
        value = print == 0 ? 1 : print
    }

    /// Adds a text.
    public mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    private static func mixed(_ print: UInt64, _ word: UInt64) -> UInt64 {
        let product = (print ^ word) &* multiplier
        return product ^ (product >> 29)
    }
}
