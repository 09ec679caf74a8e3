// The addresses of clients behind proxies. Only configured proxies are trusted, and of the addresses that they report only the
// last one that no trusted proxy has added: the client may have invented everything before it.

import HTTPTypes
import Synchronization

/// The trusted proxies in front of a shop.
public final class TrustedProxies: Sendable {
    /// The header field in which proxies report the client's address.
    public enum Field: String, Sendable, CaseIterable {
        /// `X-Forwarded-For`.
        case xForwardedFor = "x-forwarded-for"
        /// `Forwarded` (RFC 7239).
        case forwarded
    }

    private let ranges: [AddressRange]
    private let field: Field
    private let isBehindOwnDoor = Atomic<Bool>(false)

    /// Proxies in these address ranges; they set this field, and remove it from clients' requests.
    public init(_ ranges: [AddressRange] = [], field: Field = .xForwardedFor) {
        self.ranges = ranges
        self.field = field
    }

    /// From now on, connections from the machine itself are trusted as the shop's own HAProxy: no other process knows the port.
    public func trustOwnDoor() {
        isBehindOwnDoor.store(true, ordering: .relaxed)
    }

    /// Whether an address is a trusted proxy.
    func contains(_ address: ClientAddress) -> Bool {
        (isBehindOwnDoor.load(ordering: .relaxed) && address.isLoopback) || ranges.contains { $0.contains(address) }
    }

    /// The client's address: the remote address of the connection, or the address that a trusted proxy there reports.
    public func client(_ peer: ClientAddress?, _ fields: HTTPFields) -> ClientAddress? {
        guard let peer, contains(peer) else { return peer }
        // Our own HAProxy sets this field, whichever field other proxies before it use.
        let behindOwnDoor = isBehindOwnDoor.load(ordering: .relaxed) && peer.isLoopback
        let used = behindOwnDoor ? .xForwardedFor : field
        guard let text = fields[used == .forwarded ? .forwarded : .xForwardedFor] else { return peer }
        var client = peer
        for part in text.split(separator: ",").reversed() {
            guard let address = used == .forwarded ? Self.forwardedFor(part) : Self.address(part) else { return client }
            client = address
            guard contains(address) else { return address }
        }
        return client
    }

    /// An address, with optional white space around it and an optional port after it.
    private static func address(_ text: Substring) -> ClientAddress? {
        let text = text.trimming { $0 == " " || $0 == "\t" }
        if text.first == "[" { return ClientAddress(text.dropFirst().prefix { $0 != "]" }) }
        if let address = ClientAddress(text) { return address }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? ClientAddress(parts[0]) : nil
    }

    /// The `for` parameter of one element of `Forwarded`.
    private static func forwardedFor(_ element: Substring) -> ClientAddress? {
        for pair in element.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimming(while: { $0 == " " }).lowercased() == "for" else { continue }
            return address(parts[1].trimming { $0 == " " || $0 == "\"" })
        }
        return nil
    }
}

extension Substring {
    fileprivate func trimming(while isOutside: (Character) -> Bool) -> Substring {
        var text = trimmingPrefix(while: isOutside)
        while let last = text.last, isOutside(last) { text.removeLast() }
        return text
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For").unsafelyNamed
    static let forwarded = HTTPField.Name("Forwarded").unsafelyNamed
}
