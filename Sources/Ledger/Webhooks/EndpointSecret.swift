import Foundation
import JSON
import Secrets
import Trading

/// The shared secret of a webhook's sender and receiver.
///
/// It is stored unencrypted, because every delivery is signed with it; it is disclosed once, when it is created.
public struct EndpointSecret: Hashable, Sendable {
    /// The prefix of every secret (Standard Webhooks 1.0).
    public static let prefix = "whsec_"
    /// Random bytes of a new secret.
    static let byteCount = 32

    private var hidden: Secret<String>
    /// `whsec_` and the base64 of its bytes.
    public var text: String { hidden.reveal() }
    /// When it was made.
    public internal(set) var createdAt: Timestamp
    /// When it expires; nil for the current one.
    public var retiresAt: Timestamp?

    init(text: String, createdAt: Timestamp, retiresAt: Timestamp? = nil) {
        hidden = Secret(text)
        self.createdAt = createdAt
        self.retiresAt = retiresAt
    }

    /// A new secret of these random bytes.
    init(bytes: [UInt8], at time: Timestamp) {
        self.init(text: Self.prefix + Data(bytes).base64EncodedString(), createdAt: time)
    }

    /// Whether messages are signed with it.
    public func isGood(at time: Timestamp) -> Bool {
        retiresAt.map { $0 > time } ?? true
    }
}

extension EndpointSecret: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the secret, so that logs do not contain it.
    public var description: String { "whsec_…" }
    /// Never the secret.
    public var debugDescription: String { description }
}

extension EndpointSecret: ListedDocument {
    package static var blank: EndpointSecret { EndpointSecret(text: "", createdAt: .blank) }

    /// The secret as it is stored.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("text", text) { hidden = Secret($0) }
        try times(&visit)
    }

    /// What of it is shown.
    mutating func times(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("createdAt", &createdAt)
        try visit.member("retiresAt", &retiresAt, "From when on nothing is signed with it.")
    }
}
