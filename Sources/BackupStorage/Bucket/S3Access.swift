import Secrets

/// How buckets are reached.
package struct S3Access: Sendable {
    /// The address of the store, `http` or `https`; nil for Amazon's of the region.
    package let endpoint: String?
    /// The region that requests are signed for.
    package let region: String
    /// Names the secret key.
    package let accessKey: Secret<String>?
    /// The key that signs.
    package let secretKey: Secret<String>?
    /// Belongs to temporary keys.
    package let sessionToken: Secret<String>?

    /// An access; both keys are needed for every request.
    package init(
        endpoint: String? = nil,
        region: String,
        accessKey: Secret<String>?,
        secretKey: Secret<String>?,
        sessionToken: Secret<String>? = nil
    ) {
        self.endpoint = endpoint
        self.region = region
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }

    /// What signs requests.
    ///
    /// - Throws: `denied` where a part is missing.
    var signature: S3Signature {
        get throws(StorageFailure) {
            guard let accessKey, let secretKey else { throw .denied("a bucket needs an access key and a secret key") }
            guard !region.isEmpty, PieceName.isPart(region) else {
                throw .denied("a bucket needs a region, as us-east-1")
            }
            return S3Signature(
                accessKey: accessKey,
                secretKey: secretKey,
                sessionToken: sessionToken,
                region: region
            )
        }
    }
}

/// Where a bucket is.
struct S3Address: Hashable, Sendable {
    /// `http` or `https`.
    let scheme: String
    /// The host with its port, where that is not the scheme's.
    let host: String
    /// The bucket's path: empty where it has a host of its own.
    private let path: String
    /// For messages.
    let bucket: String

    /// The path of an object, or of the bucket for an empty name.
    func path(of object: String) -> String { object.isEmpty && !path.isEmpty ? path : "\(path)/\(object)" }

    /// The address of a bucket: a host of its own at Amazon's, and a path at any other store.
    ///
    /// - Throws: `denied` where the endpoint is not the address of a store.
    init(bucket: String, _ access: S3Access) throws(StorageFailure) {
        self.bucket = bucket
        guard let endpoint = access.endpoint else {
            scheme = "https"
            // The certificate of the host is good for one more label only.
            let isLabel = !bucket.contains(".")
            host = (isLabel ? "\(bucket)." : "") + "s3.\(access.region).amazonaws.com"
            path = isLabel ? "" : "/\(bucket)"
            return
        }
        let parts = endpoint.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 || (parts.count == 4 && parts[3].isEmpty), ["http:", "https:"].contains(parts[0]),
            parts[1].isEmpty, !parts[2].isEmpty,
            parts[2].utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: ".-:[]".utf8.contains(byte)
                }
            })
        else { throw .denied("the address of a store is as https://s3.example.com, without a path") }
        scheme = String(parts[0].dropLast())
        let port = scheme == "http" ? ":80" : ":443"
        host = parts[2].hasSuffix(port) ? String(parts[2].dropLast(port.utf8.count)) : parts[2]
        path = "/\(bucket)"
    }
}
