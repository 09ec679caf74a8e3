// Whose word is taken for where a request comes from. Only a proxy that was named is believed, and of the addresses that it tells only
// the last one that no named proxy has added: everything before it was written by the client, who may write anything.

import HTTPTypes
import Synchronization

/// The proxies that stand before a shop.
public final class TrustedProxies: Sendable {
    /// The field in which proxies say for whom they ask.
    public enum Field: String, Sendable, CaseIterable {
        /// `X-Forwarded-For`.
        case xForwardedFor = "x-forwarded-for"
        /// `Forwarded` (RFC 7239).
        case forwarded
    }

    private let ranges: [AddressRange]
    private let field: Field
    private let isBehindOwnDoor = Atomic<Bool>(false)

    /// Proxies with addresses in these ranges, which use this field and keep clients from using it.
    public init(_ ranges: [AddressRange] = [], field: Field = .xForwardedFor) {
        self.ranges = ranges
        self.field = field
    }

    /// From now on what comes from the machine itself is the shop's own front door: nobody else knows the port.
    public func trustOwnDoor() {
        isBehindOwnDoor.store(true, ordering: .relaxed)
    }

    /// Whether an address is a proxy's.
    func contains(_ address: ClientAddress) -> Bool {
        (isBehindOwnDoor.load(ordering: .relaxed) && address.isLoopback) || ranges.contains { $0.contains(address) }
    }

    /// For whom a request was sent: the other end of its connection, or whom a proxy there names.
    public func client(_ peer: ClientAddress?, _ fields: HTTPFields) -> ClientAddress? {
        guard let peer, contains(peer) else { return peer }
        // The front door of our own writes this field, whatever other proxies before it use.
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

    /// An address that may have white space around it, and a port behind it.
    private static func address(_ text: Substring) -> ClientAddress? {
        let text = text.trimming { $0 == " " || $0 == "\t" }
        if text.first == "[" { return ClientAddress(text.dropFirst().prefix { $0 != "]" }) }
        if let address = ClientAddress(text) { return address }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? ClientAddress(parts[0]) : nil
    }

    /// The `for` of one element of `Forwarded`.
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
