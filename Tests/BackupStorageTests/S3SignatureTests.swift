import Bytes
import Crypto
import Foundation
import Secrets
import Testing
import Time

@testable import BackupStorage

@Suite("Signatures of requests to a bucket")
struct S3SignatureTests {
    /// One of the examples of Amazon's documentation, "Authenticating Requests: Using the Authorization Header".
    struct Example: CustomTestStringConvertible {
        let method: String
        let path: String
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body = ""
        let signed: String
        let signature: String

        var testDescription: String { "\(method) \(path)" }
    }

    static let examples = [
        Example(
            method: "GET",
            path: "/test.txt",
            headers: [("range", "bytes=0-9")],
            signed: "host;range;x-amz-content-sha256;x-amz-date",
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Example(
            method: "PUT",
            path: "/test$file.text",
            headers: [("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("date", "Fri, 24 May 2013 00:00:00 GMT")],
            body: "Welcome to Amazon S3.",
            signed: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Example(
            method: "GET",
            path: "/",
            query: [("lifecycle", "")],
            signed: "host;x-amz-content-sha256;x-amz-date",
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Example(
            method: "GET",
            path: "/",
            query: [("prefix", "J"), ("max-keys", "2")],
            signed: "host;x-amz-content-sha256;x-amz-date",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    static func signature(_ token: String? = nil) -> S3Signature {
        S3Signature(
            accessKey: Secret("AKIAIOSFODNN7EXAMPLE"),
            secretKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            sessionToken: token.map { Secret($0) },
            region: "us-east-1"
        )
    }

    @Test("the examples of Amazon's documentation are signed as there", arguments: examples)
    func published(_ example: Example) throws {
        let headers = Self.signature().headers(
            example.method,
            host: "examplebucket.s3.amazonaws.com",
            path: example.path,
            query: example.query,
            headers: example.headers,
            payloadHash: Hex.text(SHA256.hash(data: Data(example.body.utf8))),
            at: try #require(Timestamp("2013-05-24T00:00:00Z"))
        )
        #expect(
            headers.first { $0.name == "authorization" }?.value
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=\(example.signed), Signature=\(example.signature)"
        )
    }

    @Test("the token of temporary keys is sent, and signed")
    func token() throws {
        let headers = Self.signature("a token").headers(
            "GET",
            host: "host",
            path: "/",
            query: [],
            headers: [],
            payloadHash: "",
            at: Timestamp(seconds: 0)
        )
        #expect(headers.contains { $0.name == "x-amz-security-token" && $0.value == "a token" })
        #expect(headers.last?.value.contains("x-amz-date;x-amz-security-token,") == true)
    }

    @Test("an access is never printed")
    func neverPrinted() throws {
        let access = S3Access(region: "us-east-1", accessKey: Secret("AKIA1"), secretKey: Secret("hidden"))
        var text = "\(access) \(String(reflecting: access)) \(try access.signature)"
        dump(access, to: &text)
        dump(try S3Store(bucket: "bucket", prefix: "", access), to: &text)
        #expect(!text.contains("hidden"))
        #expect(!text.contains("AKIA1"))
    }

    @Test("a bucket has a host of its own at Amazon's, and a path at any other store")
    func addresses() throws {
        func address(_ bucket: String, _ endpoint: String? = nil) throws -> String {
            let access = S3Access(endpoint: endpoint, region: "eu-west-1", accessKey: nil, secretKey: nil)
            let address = try S3Address(bucket: bucket, access)
            return "\(address.scheme)://\(address.host)\(address.path(of: "a/b")) \(address.path(of: ""))"
        }
        #expect(try address("shop") == "https://shop.s3.eu-west-1.amazonaws.com/a/b /")
        #expect(try address("my.shop") == "https://s3.eu-west-1.amazonaws.com/my.shop/a/b /my.shop")
        #expect(try address("shop", "http://127.0.0.1:9000") == "http://127.0.0.1:9000/shop/a/b /shop")
        #expect(try address("shop", "https://s3.example.com:443/") == "https://s3.example.com/shop/a/b /shop")
        #expect(try address("shop", "http://s3.example.com:443") == "http://s3.example.com:443/shop/a/b /shop")
        #expect(try address("shop", "http://[::1]:9000") == "http://[::1]:9000/shop/a/b /shop")
        for bad in [
            "", "s3.example.com", "ftp://s3.example.com", "https://", "https://a/b", "https://u@a", "https://a?b",
            "https://a b",
        ] {
            #expect(throws: StorageFailure.self, "\(bad)") { try address("shop", bad) }
        }
    }

    @Test("without a key, a secret or a region there is no access")
    func incomplete() {
        let key = Secret("key")
        for access in [
            S3Access(region: "us-east-1", accessKey: nil, secretKey: key),
            S3Access(region: "us-east-1", accessKey: key, secretKey: nil),
            S3Access(region: "", accessKey: key, secretKey: key),
            S3Access(region: "a/b", accessKey: key, secretKey: key),
        ] {
            #expect(throws: StorageFailure.self) { try S3Store(bucket: "shop", prefix: "", access) }
        }
    }
}
