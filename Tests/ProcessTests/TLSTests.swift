import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// HTTPS served directly, with HTTP/2 and certificates that are replaced while the server runs.
    @Suite struct TLSTests {
        private func withServer(
            _ settings: [String] = [],
            _ body: (SecureShop) async throws -> Void
        ) async throws {
            try await withShop { shop in
                let server = try await SecureShop(["serve"], shop, settings: settings)
                try await body(server)
                server.child.signal(SIGTERM)
                #expect(try await server.child.end(within: .seconds(20)) == 0)
            }
        }

        @Test(
            "a client gets HTTP/1.1 or HTTP/2 as it asks, by TLS 1.2 or 1.3, and nothing older",
            .timeLimit(.minutes(1))
        )
        func versions() async throws {
            try await withServer { server in
                let trusted = ["--cacert", server.certificate.path]
                for (options, version) in [
                    (["--http1.1"], "1.1"), (["--http2"], "2"), (["--http2", "--tls-max", "1.2"], "2"),
                    (["--http1.1", "--tls-max", "1.2"], "1.1"), (["--no-alpn"], "1.1"),
                ] {
                    let answer = try await server.curl("/v1/products", trusted + options)
                    #expect(answer.status == "200", "\(options) \(answer.errors)")
                    #expect(answer.version == version, "\(options)")
                }
                for version in ["--http1.1", "--http2"] {
                    let answer = try await server.curl("/v1/products", trusted + [version, "-i"])
                    #expect(answer.body.lowercased().contains("strict-transport-security: max-age=31536000"))
                }
                let old = try await server.curl(
                    "/livez",
                    ["--insecure", "--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"]
                )
                #expect(old.status == "000")
                #expect(old.errors.contains("protocol version"), "\(old.errors)")
                let bare = try await offThread {
                    let wire = try Wire(server.port, timeout: 5)
                    wire.send(Wire.request("GET", "/livez"))
                    return wire.receive()
                }
                #expect(bare == nil, "HTTP without TLS was answered")
            }
        }

        @Test("the bounds of HTTP/1.1 hold for HTTP/2 as well", .timeLimit(.minutes(1)))
        func bounds() async throws {
            try await withServer(["http.slow-client-timeout=1"]) { server in
                let body = server.shop.directory + "/large"
                try Data(repeating: UInt8(ascii: " "), count: 4 << 20).write(to: URL(fileURLWithPath: body))
                let large = try await server.curl(
                    "/v1/orders",
                    [
                        "--insecure", "--http2", "--data-binary", "@\(body)", "-H", "Content-Type: application/json",
                        "-i",
                    ]
                )
                #expect(large.status == "413", "\(large.errors)")
                #expect(large.body.contains("body_too_large"))
                #expect(!large.body.lowercased().contains("\nconnection:"), "HTTP/2 knows no such field")
                // The first request of a connection may precede the server's SETTINGS; the second one does not.
                let format = "second %{http_code} %{num_connects}"
                for (length, second) in [(20_000, "431 0"), (80_000, "000 0")] {
                    let long = ["-H", "X-Long: " + String(repeating: "x", count: length)]
                    let again = [
                        "--insecure", "--http2", "--max-time", "20", "--write-out", format, server.url + "/livez",
                    ]
                    let header = try await server.curl("/livez", ["--insecure", "--http2", "--next"] + again + long)
                    #expect(header.body.hasSuffix("second \(second)"), "\(length): \(header.body) \(header.errors)")
                }
                let slow = try await server.dawdle("/v1/orders", seconds: 3)
                #expect(slow == "000", "a stream whose request does not end is not cut off")
                let isCutOff = try await offThread { try Wire(server.port).waitForClose(6) }
                #expect(isCutOff, "a handshake that does not begin is not cut off")
            }
        }

        @Test(
            "a certificate is replaced under load: new connections get it, and no request fails",
            .timeLimit(.minutes(1))
        )
        func replaced() async throws {
            try await withServer { server in
                let second = try await Certificate("second", for: server.shop)
                async let kept = server.curl("/livez#[1-300]", ["--insecure", "--http2", "--rate", "6000/m"])
                async let older = server.curl("/livez#[1-300]", ["--insecure", "--http1.1", "--rate", "6000/m"])
                try await Task.sleep(for: .milliseconds(300))
                try second.replace(server.certificate)
                try await eventually("new connections get the new one", within: .seconds(5)) {
                    try await server.curl("/livez", ["--cacert", second.path]).status == "200"
                }
                for answer in try await [kept, older] {
                    #expect(answer.transfers.count == 300)
                    #expect(answer.failures.isEmpty, "\(answer.failures.prefix(3))")
                }
            }
        }

        @Test("a broken replacement is said and not taken, and a whole one after it is", .timeLimit(.minutes(1)))
        func broken() async throws {
            try await withServer { server in
                let first = server.shop.directory + "/kept.crt"
                try FileManager.default.copyItem(atPath: server.certificate.path, toPath: first)
                let (second, third) = (
                    try await Certificate("second", for: server.shop), try await Certificate("third", for: server.shop)
                )
                // Only the certificate is replaced; the key is still the old one.
                try Data(contentsOf: URL(fileURLWithPath: second.path))
                    .write(to: URL(fileURLWithPath: server.certificate.path), options: .atomic)
                try await eventually("it is said", within: .seconds(5)) {
                    server.child.errors.contains("the new certificate is not taken, the one before stays: the key in")
                }
                #expect(try await server.curl("/livez", ["--cacert", first]).status == "200")
                try Data("no certificate".utf8).write(
                    to: URL(fileURLWithPath: server.certificate.path),
                    options: .atomic
                )
                try await eventually("that is said, too", within: .seconds(5)) {
                    server.child.errors.contains("holds no certificate in PEM")
                }
                #expect(try await server.curl("/livez", ["--cacert", first]).status == "200")
                try third.replace(server.certificate)
                try await eventually("the whole one is taken", within: .seconds(5)) {
                    try await server.curl("/livez", ["--cacert", third.path]).status == "200"
                }
            }
        }

        @Test("a rolling restart behind TLS ends HTTP/2 connections with nothing lost", .timeLimit(.minutes(2)))
        func rolled() async throws {
            try await withShop { shop in
                let up = try await SecureShop(["up", "--replicas", "2"], shop)
                try await eventually("both serve", within: .seconds(20)) {
                    up.child.errors.contains("replica-2 serves")
                }
                async let visits = withThrowingTaskGroup(of: CurlAnswer.self) { group in
                    for _ in 0..<3 {
                        group.addTask {
                            let options = ["--insecure", "--http2", "--rate", "3000/m"]
                            return try await up.curl("/v1/products#[1-400]", options, within: .seconds(60))
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try await Task.sleep(for: .milliseconds(300))
                let restart = try await shop.run(
                    ["restart", "--data", shop.data, "--watch", "0.5"],
                    within: .seconds(60)
                )
                #expect(restart.exitStatus == 0, "\(restart.output)\(restart.errors)")
                for answer in try await visits {
                    #expect(answer.transfers.count == 400)
                    #expect(answer.failures.isEmpty, "\(answer.failures.prefix(3)) \(answer.errors.suffix(300))")
                    let connections = answer.transfers.compactMap { Int($0[2]) }.reduce(0, +)
                    #expect(connections > 1, "no connection was told to go away")
                }
                up.child.signal(SIGTERM)
                try await up.child.end(within: .seconds(30))
            }
        }

        @Test("what cannot be served is said at the start", .timeLimit(.minutes(1)))
        func refused() async throws {
            try await withShop { shop in
                let one = try await Certificate("one", for: shop)
                let other = try await Certificate("other", for: shop)
                for (settings, words) in [
                    (["tls.certificate=\(one.path)"], "tls.certificate and tls.key go together"),
                    (
                        ["tls.certificate=\(one.path)", "tls.key=\(other.keyPath)"],
                        "the key in \(other.keyPath) is not that of the certificate in \(one.path)"
                    ),
                    (["tls.certificate=\(one.path)", "tls.key=/nowhere"], "cannot read /nowhere"),
                    (["tls.certificate=\(one.keyPath)", "tls.key=\(one.keyPath)"], "holds no certificate in PEM"),
                    (["tls.certificate=\(one.path)", "tls.key=\(one.path)"], "holds no private key in PEM"),
                ] {
                    for command in ["serve", "up"] {
                        let options = ["--data", shop.data, "--port", "0"] + settings.flatMap { ["--set", $0] }
                        let refused = try await shop.run([command] + options)
                        #expect(refused.exitStatus == 1)
                        #expect(refused.errors.contains(words), "\(command): \(refused.errors)")
                    }
                }
            }
        }
    }
}
