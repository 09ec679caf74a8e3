import Foundation
import JSON
import Secrets
import Trading

/// A secret that a webhook's sender and receiver share.
///
/// It is kept as it is, because every delivery is signed with it; it is shown once, when it is made.
public struct EndpointSecret: Hashable, Sendable {
    /// What every secret begins with (Standard Webhooks 1.0).
    public static let prefix = "whsec_"
    /// Random bytes of a fresh secret.
    static let byteCount = 32

    private var hidden: Secret<String>
    /// `whsec_` and the base64 of its bytes.
    public var text: String { hidden.reveal() }
    /// When it was made.
    public internal(set) var createdAt: Timestamp
    /// From when on nothing is signed with it; nil for the one that holds.
    public var retiresAt: Timestamp?

    init(text: String, createdAt: Timestamp, retiresAt: Timestamp? = nil) {
        hidden = Secret(text)
        self.createdAt = createdAt
        self.retiresAt = retiresAt
    }

    /// A fresh secret of these random bytes.
    init(bytes: [UInt8], at time: Timestamp) {
        self.init(text: Self.prefix + Data(bytes).base64EncodedString(), createdAt: time)
    }

    /// Whether messages are signed with it.
    public func isGood(at time: Timestamp) -> Bool {
        retiresAt.map { $0 > time } ?? true
    }
}

extension EndpointSecret: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the secret: a log must not hold it.
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
