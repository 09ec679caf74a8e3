import Foundation

/// Where a connection comes from, as far as one client can be told from another: an address of IPv4, or the first half of one of IPv6, of
/// which one client has all the rest.
struct PeerAddress: Hashable, Sendable {
    private let bytes: UInt64
    private let isV4: Bool
    /// Whether it is this machine: a front door, a balancer beside, or a test.
    let isLoopback: Bool

    /// The address of the other end of a connection; nil for a socket that knows none.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            let address = withUnsafeBytes(of: &storage) { $0.load(as: sockaddr_in.self).sin_addr.s_addr.bigEndian }
            self.init(v4: address)
        case AF_INET6:
            let address = withUnsafeBytes(of: &storage) { bytes in
                withUnsafeBytes(of: bytes.load(as: sockaddr_in6.self).sin6_addr) { Array($0) }
            }
            func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
            let (first, second) = (number(address[..<8]), number(address[8...]))
            if first == 0, second >> 32 == 0xFFFF {
                self.init(v4: UInt32(truncatingIfNeeded: second))
            } else {
                self.init(bytes: first, isV4: false, isLoopback: first == 0 && second == 1)
            }
        default: return nil
        }
    }

    private init(v4 address: UInt32) {
        self.init(bytes: UInt64(address), isV4: true, isLoopback: address >> 24 == 127)
    }

    private init(bytes: UInt64, isV4: Bool, isLoopback: Bool) {
        self.bytes = bytes
        self.isV4 = isV4
        self.isLoopback = isLoopback
    }
}
