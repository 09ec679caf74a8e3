// Signed webhooks: HMAC-SHA256 over id, time and raw body, so that none of the three can be changed and an old message cannot be
// sent again later. While a secret is being replaced there are two, and a message carries a signature by each.
//
// Source: Standard Webhooks 1.0.

import Crypto
import Foundation
import Trading

/// Signs webhooks and checks their signatures.
///
/// Made from one secret, or from several while one replaces another: signing uses all of them, and a signature by any of them is
/// accepted.
public struct WebhookSignature: Sendable {
    /// The header with the message's id, equal in every repetition.
    public static let idHeader = "webhook-id"
    /// The header with the time of sending, in seconds since 1970.
    public static let timestampHeader = "webhook-timestamp"
    /// The header with the signatures, as in `v1,K5oZ…= v1,g0hM…=`.
    public static let signatureHeader = "webhook-signature"
    /// The allowed difference between a message's time and ours, in seconds.
    public static let toleranceSeconds: Int64 = 300
    /// How many signatures of one message are checked; further ones are ignored.
    static let signaturesMax = 16

    private let secrets: [WebhookSecret]

    /// A signature by `secret`, and by the `others` that it replaces.
    public init(_ secret: WebhookSecret, _ others: [WebhookSecret] = []) {
        secrets = [secret] + others
    }

    /// The value of ``signatureHeader``: one signature by each secret, in order.
    ///
    /// - Parameters:
    ///   - id: the message's id; it must not contain a full stop, which is the separator.
    ///   - timestamp: seconds since 1970.
    public func sign(id: String, timestamp: Int64, body: [UInt8]) -> String {
        precondition(!id.utf8.contains(UInt8(ascii: ".")), "a message's id holds no full stop")
        let content = Self.content(id: id, timestamp: String(timestamp), body: body)
        return secrets.map { secret in
            "v1," + Data(HMAC<SHA256>.authenticationCode(for: content, using: secret.key)).base64EncodedString()
        }.joined(separator: " ")
    }

    /// The three headers of a message.
    public func headers(id: String, timestamp: Int64, body: [UInt8]) -> [(name: String, value: String)] {
        [
            (Self.idHeader, id),
            (Self.timestampHeader, String(timestamp)),
            (Self.signatureHeader, sign(id: id, timestamp: timestamp, body: body)),
        ]
    }

    /// Checks that a message is signed by a holder of a secret, and is recent.
    ///
    /// Signatures are compared in constant time. The caller must still recognise repeats by the id.
    ///
    /// - Throws: `unsigned`, `stale` or `forged`, in this order of precedence.
    public func verify(
        id: String,
        timestamp: String,
        signatures: String,
        body: [UInt8],
        now: Timestamp,
        toleranceSeconds: Int64 = WebhookSignature.toleranceSeconds
    ) throws(NoticeRefusal) {
        guard !id.isEmpty, !id.utf8.contains(UInt8(ascii: ".")), let seconds = Seconds(timestamp) else {
            throw .unsigned
        }
        let codes = signatures.split(separator: " ").prefix(Self.signaturesMax).compactMap(Self.code)
        guard !codes.isEmpty else { throw .unsigned }
        guard seconds.isNear(now, within: toleranceSeconds) else { throw .stale }
        let content = Self.content(id: id, timestamp: timestamp, body: body)
        let isGood = codes.contains { code in
            secrets.contains { HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: $0.key) }
        }
        guard isGood else { throw .forged }
    }

    /// Checks a message by its headers, and returns its id.
    ///
    /// - Throws: `unsigned` where a header is missing, otherwise as the other form.
    public func verify(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> String {
        guard let id = headers.value(of: Self.idHeader), let timestamp = headers.value(of: Self.timestampHeader),
            let signatures = headers.value(of: Self.signatureHeader)
        else { throw .unsigned }
        try verify(id: id, timestamp: timestamp, signatures: signatures, body: body, now: now)
        return id
    }

    /// The signed content: id, time and body separated by full stops.
    private static func content(id: String, timestamp: String, body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }

    /// The bytes of one signature of version 1; nil for another version, which is ignored.
    private static func code(_ text: Substring) -> Data? {
        guard text.hasPrefix("v1,") else { return nil }
        return Data(base64Encoded: String(text.dropFirst(3)))
    }
}
