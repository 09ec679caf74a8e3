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

    private let hidden: Secret<String>
    /// `whsec_` and the base64 of its bytes.
    public var text: String { hidden.reveal() }
    /// When it was made.
    public let createdAt: Timestamp
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

extension EndpointSecret: Document {
    /// The secret as it is stored.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("text", text)
            json.member("createdAt", createdAt)
            json.member("retiresAt", retiresAt)
        }
    }

    /// Reads a stored secret.
    public init(from json: inout JSONReader) throws(JSONError) {
        var text: String?
        var createdAt: Timestamp?
        var retiresAt: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "text": text = try json.string()
            case "createdAt": createdAt = try json.timestamp()
            case "retiresAt": retiresAt = try json.timestamp()
            default: try json.skip()
            }
        }
        self.init(
            text: try json.required(text, "text"),
            createdAt: try json.required(createdAt, "createdAt"),
            retiresAt: retiresAt
        )
    }
}
