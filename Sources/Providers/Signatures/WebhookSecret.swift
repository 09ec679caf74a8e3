import Crypto
import Foundation
import Secrets

/// A secret that two sides of a webhook share: `whsec_` and the base64 of 24 to 64 bytes.
///
/// Source: Standard Webhooks 1.0, "Signature scheme".
public struct WebhookSecret: Sendable {
    /// What every secret begins with, so that one in the wrong place is seen.
    public static let prefix = "whsec_"
    /// How many bytes a secret may have.
    public static let byteCount = 24...64

    private let hidden: Secret<SymmetricKey>

    var key: SymmetricKey { hidden.reveal() }

    /// Reads the text form; nil for another prefix, for what is not base64, and for too few or too many bytes.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            Self.byteCount.contains(bytes.count)
        else { return nil }
        hidden = Secret(SymmetricKey(data: bytes))
    }

    /// A secret of these random bytes; nil for too few or too many.
    public init?(bytes: [UInt8]) {
        guard Self.byteCount.contains(bytes.count) else { return nil }
        hidden = Secret(SymmetricKey(data: bytes))
    }

    /// The text form, as the other side is given it.
    public var text: String {
        key.withUnsafeBytes { Self.prefix + Data($0).base64EncodedString() }
    }
}

extension WebhookSecret: CustomStringConvertible {
    /// Never the secret: a log must not hold it.
    public var description: String { "whsec_…" }
}
