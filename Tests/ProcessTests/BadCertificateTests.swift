import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// Certificates that browsers refuse are not served; TLS itself accepts strong settings only.
    @Suite struct BadCertificateTests {
        /// A certificate that must not be served, and the message about it.
        struct Bad: Sendable, CustomStringConvertible {
            let description: String
            let options: [String]
            let words: String
        }

        static let bad = [
            Bad(
                description: "RSA of 1024 bits",
                options: ["-newkey", "rsa:1024", "-days", "2"],
                words: "RSA of 1024 bits"
            ),
            Bad(
                description: "SHA-1",
                options: ["-newkey", "rsa:2048", "-sha1", "-days", "2"],
                words: "SHA-1, which is broken"
            ),
        ]

        @Test("a bad certificate is refused at the start and on reload", .timeLimit(.minutes(1)), arguments: bad)
        func refused(_ bad: Bad) async throws {
            try await withShop { shop in
                let found = try await Certificate("bad", for: shop, options: bad.options)
                let start = try await shop.run([
                    "serve", "--data", shop.data, "--port", "0", "--set", "tls.certificate=\(found.path)", "--set",
                    "tls.key=\(found.keyPath)",
                ])
                #expect(start.exitStatus == 1)
                #expect(start.errors.contains(bad.words), "\(start.errors)")
                let server = try await SecureShop(["serve"], shop)
                let kept = shop.directory + "/kept.crt"
                try FileManager.default.copyItem(atPath: server.certificate.path, toPath: kept)
                try found.replace(server.certificate)
                try await eventually("it is said", within: .seconds(5)) { server.child.errors.contains(bad.words) }
                #expect(server.child.errors.contains("the one before stays"))
                #expect(try await server.curl("/livez", ["--cacert", kept]).status == "200")
            }
        }

        @Test("TLS 1.2 has suites with forward secrecy and authenticated encryption alone", .timeLimit(.minutes(1)))
        func suites() async throws {
            try await withShop { shop in
                let server = try await SecureShop(["serve"], shop)
                for (suite, status) in [
                    ("ECDHE-ECDSA-AES128-GCM-SHA256", "200"), ("ECDHE-ECDSA-CHACHA20-POLY1305", "200"),
                    ("ECDHE-ECDSA-AES128-SHA", "000"), ("ECDHE-ECDSA-AES256-SHA384", "000"),
                ] {
                    let options = ["--insecure", "--tls-max", "1.2", "--ciphers", suite + ":@SECLEVEL=0"]
                    #expect(try await server.curl("/livez", options).status == status, "\(suite)")
                }
            }
        }

        @Test("a private key that others can read is said", .timeLimit(.minutes(1)))
        func readableKey() async throws {
            try await withShop { shop in
                let server = try await SecureShop(["serve"], shop, keyMode: 0o644)
                #expect(server.child.errors.contains("can be read by others"), "\(server.child.errors)")
            }
        }
    }
}
