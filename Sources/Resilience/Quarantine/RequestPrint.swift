/// A number for a request: the same for the same method, target and body, and for others only by rare chance.
///
/// Every process of a machine gets the same one. It is no defence against somebody who looks for a collision, who could
/// keep away only what he himself made look like a request that ends processes.
public struct RequestPrint: Hashable, Sendable {
    /// The number; never 0.
    public private(set) var value: UInt64

    /// The multiplier of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
    private static let multiplier: UInt64 = 0xBF58_476D_1CE4_E5B9

    /// That of nothing.
    public init() { value = 1 }

    /// One that was written down.
    init?(_ value: UInt64) {
        guard value != 0 else { return nil }
        self.value = value
    }

    /// Goes on with more of the request; where its parts begin counts.
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

    /// Goes on with a text.
    public mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    private static func mixed(_ print: UInt64, _ word: UInt64) -> UInt64 {
        let product = (print ^ word) &* multiplier
        return product ^ (product >> 29)
    }
}
