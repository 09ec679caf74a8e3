import Bytes
import Crypto
import Providers
import Secrets
import Trading

/// Checks the signatures of Stripe's webhooks.
///
/// Source: docs.stripe.com/webhooks, "Verify webhook signatures manually".
public struct StripeSignature: Sendable {
    /// The header, such as `t=1492774577,v1=5257a8…`.
    static let header = "stripe-signature"
    /// How many signatures of one message are checked.
    private static let signaturesMax = 16

    private let keys: [Secret<SymmetricKey>]

    /// Signatures by any of these secrets; several while one replaces another.
    ///
    /// - Parameter secrets: as Stripe shows them, `whsec_` included; nil when there is none, or an empty one.
    public init?(_ secrets: [Secret<String>]) {
        guard !secrets.isEmpty, !secrets.contains(Secret("")) else { return nil }
        keys = secrets.map { Secret(SymmetricKey(data: Array($0.reveal().utf8))) }
    }

    /// Checks that a message is Stripe's, and is recent; 300 s either way are allowed.
    ///
    /// - Throws: `unsigned`, `stale` or `forged`, in this order of precedence.
    func verify(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) {
        guard let header = headers.value(of: Self.header) else { throw .unsigned }
        var time: (text: Substring, seconds: Seconds)?
        var codes: [[UInt8]] = []
        for part in header.split(separator: ",").prefix(Self.signaturesMax) {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { continue }
            switch sides[0].trimmingPrefix(while: { $0 == " " }) {
            case "t" where time == nil: time = Seconds(sides[1]).map { (sides[1], $0) }
            case "v1": if let code = Hex.bytes(sides[1]) { codes.append(code) }
            // A signature of another version of the scheme cannot be checked.
            default: continue
            }
        }
        guard let time, !codes.isEmpty else { throw .unsigned }
        guard time.seconds.isNear(now, within: WebhookSignature.toleranceSeconds) else { throw .stale }
        let content = Array("\(time.text).".utf8) + body
        let isGood = codes.contains { code in
            keys.contains { HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: $0.reveal()) }
        }
        guard isGood else { throw .forged }
    }

    /// The header that Stripe would send, for test servers.
    static func header(secret: String, timestamp: Int64, body: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(timestamp).".utf8) + body,
            using: SymmetricKey(data: Array(secret.utf8))
        )
        return "t=\(timestamp),v1=\(Hex.text(code))"
    }
}
