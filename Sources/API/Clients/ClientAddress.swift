// A client's network address: the whole address for IPv4, the first 64 bits for IPv6, since a household or a server has at least
// a network of that size. IPv4 addresses in IPv6 notation (RFC 4291 section 2.5.5.2) equal the plain ones.

import Foundation
import NIOCore

/// A network address.
public struct ClientAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The remote address of a connection; nil where there is none, as on a Unix socket.
    init?(_ address: SocketAddress?) {
        switch address {
        case .v4(let v4):
            self.init(v4: UInt32(bigEndian: v4.address.sin_addr.s_addr))
        case .v6(let v6):
            self = withUnsafeBytes(of: v6.address.sin6_addr) { Self(bytes: $0) }
        case .unixDomainSocket, nil: return nil
        }
    }

    /// The remote address of a connection, from the system; nil where there is none.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            let v4 = withUnsafeBytes(of: &storage) { $0.load(as: sockaddr_in.self).sin_addr.s_addr }
            self.init(v4: UInt32(bigEndian: v4))
        case AF_INET6:
            self = withUnsafeBytes(of: &storage) { bytes in
                withUnsafeBytes(of: bytes.load(as: sockaddr_in6.self).sin6_addr) { Self(bytes: $0) }
            }
        default: return nil
        }
    }

    /// An address in text, such as `192.0.2.1` or `2001:db8::1`; nil for any other text.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4: UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        self = withUnsafeBytes(of: v6) { Self(bytes: $0) }
    }

    private init(v4: UInt32) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(v4))
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    /// Whether it is an IPv4 address, in either notation.
    var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The identity of a client: an IPv4 address, or the network of an IPv6 address.
    var client: UInt64 { isV4 ? low : high }

    /// Whether it is the machine's own address.
    var isLoopback: Bool { isV4 ? UInt8(truncatingIfNeeded: low >> 24) == 127 : high == 0 && low == 1 }
}

/// A range of addresses, such as `10.0.0.0/8` or `2001:db8::/32`; a single address is a range, too.
public struct AddressRange: Hashable, Sendable {
    private let first: ClientAddress
    private let bits: Int

    /// The range in a text; nil for any other text.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ ClientAddress($0) }) else { return nil }
        let isV4 = !parts[0].contains(":")
        let most = isV4 ? 32 : 128
        var prefix = most
        if parts.count == 2 {
            guard let said = Int(parts[1]), (0...most).contains(said) else { return nil }
            prefix = said
        }
        bits = prefix + 128 - most
        first = Self.masked(address, bits)
    }

    /// Whether the range contains an address.
    func contains(_ address: ClientAddress) -> Bool {
        Self.masked(address, bits) == first
    }

    private static func masked(_ address: ClientAddress, _ bits: Int) -> ClientAddress {
        // Swift's smart shift by 64 gives 0.
        let high = bits >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(bits))
        let low = bits <= 64 ? 0 : ~(UInt64.max >> UInt64(bits - 64))
        return ClientAddress(high: address.high & high, low: address.low & (bits >= 128 ? .max : low))
    }
}
