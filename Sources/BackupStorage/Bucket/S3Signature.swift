// Signature Version 4: a request is signed with a key that is derived from the secret for one day, region and service. What is signed is the
// method, path, query, all headers that are given, and the SHA-256 of the body, so nothing of it can be changed on the way.
//
// Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)".

import Bytes
import Crypto
import Foundation
import Secrets
import Time

/// Signs requests to a bucket.
struct S3Signature: Sendable {
    /// Names the secret.
    let accessKey: Secret<String>
    /// The secret itself.
    let secretKey: Secret<String>
    /// For temporary keys.
    let sessionToken: Secret<String>?
    /// The region that the requests are for.
    let region: String

    /// The headers that a request needs, its host and signature among them.
    ///
    /// - Parameters:
    ///   - path: from the slash on, not encoded.
    ///   - query: not encoded, in any order.
    ///   - headers: further headers to be signed, with names in lower case.
    func headers(
        _ method: String,
        host: String,
        path: String,
        query: [(name: String, value: String)],
        headers: [(name: String, value: String)],
        payloadHash: String,
        at time: Timestamp
    ) -> [(name: String, value: String)] {
        // As in `20130524T000000Z`.
        let moment = time.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
        var signed = headers + [("host", host), ("x-amz-content-sha256", payloadHash), ("x-amz-date", moment)]
        if let sessionToken { signed.append(("x-amz-security-token", sessionToken.reveal())) }
        signed.sort { $0.name < $1.name }
        let names = signed.map(\.name).joined(separator: ";")
        let request = [
            method, Self.encoded(path: path), Self.encoded(query: query),
            signed.map { "\($0.name):\($0.value.trimmingCharacters(in: .whitespaces))\n" }.joined(), names, payloadHash,
        ].joined(separator: "\n")
        let scope = "\(moment.prefix(8))/\(region)/s3/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(moment)\n\(scope)\n\(Hex.text(SHA256.hash(data: Data(request.utf8))))"
        let signature = Hex.text(Self.code(text, key(scope)))
        signed.append(
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=\(accessKey.reveal())/\(scope), SignedHeaders=\(names), Signature=\(signature)"
            )
        )
        return signed
    }

    /// A path with every segment encoded.
    static func encoded(path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { PercentEncoding.encode(String($0)) }
            .joined(separator: "/")
    }

    /// A query, encoded and in order.
    static func encoded(query: [(name: String, value: String)]) -> String {
        query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }.sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    private func key(_ scope: String) -> SymmetricKey {
        let first = SymmetricKey(data: Data("AWS4\(secretKey.reveal())".utf8))
        return scope.split(separator: "/").reduce(first) { SymmetricKey(data: Self.code(String($1), $0)) }
    }

    private static func code(_ text: String, _ key: SymmetricKey) -> HashedAuthenticationCode<SHA256> {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    }
}
