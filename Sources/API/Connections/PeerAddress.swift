/// The remote address, as far as it identifies a client: an IPv4 address, or the first 64 bits of an IPv6 address, since one
/// client has all the rest.
struct PeerAddress: Hashable, Sendable {
    private let bytes: UInt64
    private let isV4: Bool
    /// Whether it is this machine: HAProxy, a local balancer, or a test.
    let isLoopback: Bool

    /// The client with an address.
    init(_ address: ClientAddress) {
        bytes = address.client
        isV4 = address.isV4
        isLoopback = address.isLoopback
    }
}
