/// FNV-1a with 64 bits, for telling values apart.
///
/// Not collision-resistant, not for secrets.
///
/// Source: Fowler, Noll and Vo; RFC 9923.
@frozen
public struct FNV1a: Hashable, Sendable {
    /// The hash so far; initially the offset basis.
    public internal(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of no bytes.
    public init() {}

    /// The hash of bytes.
    public init(_ bytes: some Sequence<UInt8>) {
        add(bytes)
    }

    /// Adds bytes after the earlier ones.
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        var hash = value
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        value = hash
    }
}
