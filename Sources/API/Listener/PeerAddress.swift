/// Where a connection comes from, as far as one client can be told from another: an address of IPv4, or the first half of one of IPv6, of
/// which one client has all the rest.
struct PeerAddress: Hashable, Sendable {
    private let bytes: UInt64
    private let isV4: Bool
    /// Whether it is this machine: a front door, a balancer beside, or a test.
    let isLoopback: Bool

    /// The client that has an address.
    init(_ address: ClientAddress) {
        bytes = address.client
        isV4 = address.isV4
        isLoopback = address.isLoopback
    }
}
