// Which network addresses are public. A webhook's URL comes from outside; if private addresses were allowed, a client that may
// create webhooks could make this server call hosts that only the server can reach.
//
// Source: the IANA registries of special-purpose addresses (RFC 6890), and RFC 6052 for addresses that carry an IPv4 one.

/// The bytes of an IPv4 or IPv6 address.
struct NetworkAddress: Hashable, Sendable {
    let bytes: [UInt8]

    /// An address of 4 or 16 bytes; nil for another length.
    init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Whether it is a public address.
    var isPublic: Bool {
        if bytes.count == 4 { return !Self.reservedV4.contains { $0.holds(bytes) } }
        if let inner = embedded { return inner.isPublic }
        return Self.globalV6.holds(bytes) && !Self.reservedV6.contains { $0.holds(bytes) }
    }

    /// The IPv4 address embedded in an IPv6 address: mapped, translated (NAT64) or tunnelled (6to4).
    private var embedded: NetworkAddress? {
        if Self.mapped.holds(bytes) || Self.translated.holds(bytes) {
            return NetworkAddress(bytes: Array(bytes[12..<16]))
        }
        if Self.tunnelled.holds(bytes) { return NetworkAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }

    private static let reservedV4: [Block] = [
        Block([0], 8), Block([10], 8), Block([100, 64], 10), Block([127], 8), Block([169, 254], 16),
        Block([172, 16], 12), Block([192, 0, 0], 24), Block([192, 0, 2], 24), Block([192, 88, 99], 24),
        Block([192, 168], 16), Block([198, 18], 15), Block([198, 51, 100], 24), Block([203, 0, 113], 24),
        Block([224], 4), Block([240], 4),
    ]
    private static let globalV6 = Block([0x20], 3)
    private static let reservedV6: [Block] = [
        Block([0x20, 0x01, 0x00], 23), Block([0x20, 0x01, 0x0D, 0xB8], 32), Block([0x3F, 0xFF, 0x00], 20),
    ]
    private static let mapped = Block([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96)
    private static let translated = Block([0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], 96)
    private static let tunnelled = Block([0x20, 0x02], 16)
}

/// Addresses with a common prefix.
private struct Block: Sendable {
    private let prefix: [UInt8]
    private let bits: Int

    init(_ prefix: [UInt8], _ bits: Int) {
        self.prefix = prefix
        self.bits = bits
    }

    func holds(_ bytes: [UInt8]) -> Bool {
        for (index, byte) in bytes.enumerated() where index * 8 < bits {
            let mask: UInt8 = bits - index * 8 >= 8 ? 0xFF : ~(0xFF >> UInt8(bits - index * 8))
            let expected = index < prefix.count ? prefix[index] : 0
            if byte & mask != expected & mask { return false }
        }
        return true
    }
}
