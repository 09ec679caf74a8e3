import Crypto
import Foundation
import Secrets

/// A shared secret for webhooks: `whsec_` and the base64 of 24 to 64 bytes.
///
/// Source: Standard Webhooks 1.0, "Signature scheme".
public struct WebhookSecret: Sendable {
    /// The prefix of every secret, so that a misplaced one is recognised.
    public static let prefix = "whsec_"
    /// The allowed lengths in bytes.
    public static let byteCount = 24...64

    private let hidden: Secret<SymmetricKey>

    var key: SymmetricKey { hidden.reveal() }

    /// Parses the text form; nil for another prefix, invalid base64, and a wrong length.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            Self.byteCount.contains(bytes.count)
        else { return nil }
        hidden = Secret(SymmetricKey(data: bytes))
    }

    /// A secret of these random bytes; nil for a wrong length.
    public init?(bytes: [UInt8]) {
        guard Self.byteCount.contains(bytes.count) else { return nil }
        hidden = Secret(SymmetricKey(data: bytes))
    }

    /// The text form, for the other side.
    public var text: String {
        key.withUnsafeBytes { Self.prefix + Data($0).base64EncodedString() }
    }
}

extension WebhookSecret: CustomStringConvertible {
    /// Never the secret, so that logs do not contain it.
    public var description: String { "whsec_…" }
}
