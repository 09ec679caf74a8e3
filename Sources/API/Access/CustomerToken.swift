// The proof of a customer's identity. It is derived from the customer's id, its expiry time and the shop's own secret, as an
// order's secret is, so it is not stored: knowing an id does not give the token, and the token expires by itself.

import Bytes
import Trading

/// Tokens by which customers on file authenticate.
public struct CustomerToken: Sendable {
    static let prefix = "ctk_"
    /// An id of 16 bytes, 8 bytes of seconds, and a code of 16 bytes, as hex digits.
    private static let digits = 80
    private let secrets: OrderSecret

    /// Tokens derived from the shop's secret.
    public init(_ secrets: OrderSecret) {
        self.secrets = secrets
    }

    /// A customer's token that expires at a time, rounded to the second.
    public func text(for customer: ID<Customer>, until end: Timestamp) -> String {
        let claim = Self.claim(customer, seconds: UInt64(max(0, end.milliseconds / 1000)))
        return Self.prefix + Hex.text(claim + code(claim))
    }

    /// The customer of a token; nil if the token is malformed, wrong or expired.
    ///
    /// The code is compared in constant time.
    public func customer(of token: some StringProtocol, at now: Timestamp) -> ID<Customer>? {
        guard token.hasPrefix(Self.prefix), token.utf8.count == Self.prefix.utf8.count + Self.digits,
            let bytes = Hex.bytes(token.dropFirst(Self.prefix.count))
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
}
