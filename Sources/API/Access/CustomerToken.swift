// What a customer proves to be that customer with. It derives from the customer's id, the time at which it ends and the shop's own
// secret, as an order's secret does, so it is kept nowhere: whoever knows an id does not know it, and it ends by itself.

import Trading

/// Tokens by which customers on file prove who they are.
public struct CustomerToken: Sendable {
    static let prefix = "ctk_"
    /// An id of 16 bytes, 8 bytes of seconds, and a code of 16 bytes, as hex digits.
    private static let digits = 80
    private let secrets: OrderSecret

    /// Tokens of the shop that has these secrets.
    public init(_ secrets: OrderSecret) {
        self.secrets = secrets
    }

    /// The token of a customer until then, to the second.
    public func text(for customer: ID<Customer>, until end: Timestamp) -> String {
        let claim = Self.claim(customer, seconds: UInt64(max(0, end.milliseconds / 1000)))
        return Self.prefix + (claim + code(claim)).map(Self.hex).joined()
    }

    /// Whose token it is; nil for one that is malformed, wrong or over.
    ///
    /// Takes the same time whatever its code is.
    public func customer(of token: some StringProtocol, at now: Timestamp) -> ID<Customer>? {
        guard token.hasPrefix(Self.prefix), let bytes = Self.bytes(token.utf8.dropFirst(Self.prefix.utf8.count))
        else { return nil }
        let claim = Array(bytes[..<24])
        let difference = zip(code(claim), bytes[24...]).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        let seconds = claim[16...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard difference == 0, let bits = Bits128(bytes: Array(claim[..<16])),
            now.milliseconds / 1000 < Int64(clamping: seconds)
        else { return nil }
        return ID(bits)
    }

    private func code(_ claim: [UInt8]) -> [UInt8] {
        Array(secrets.digest("customer token", claim).prefix(16))
    }

    private static func claim(_ customer: ID<Customer>, seconds: UInt64) -> [UInt8] {
        [customer.high, customer.low, seconds].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }

    /// Lower-case digits alone, so that there is one text for a token.
    private static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count == digits else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}
