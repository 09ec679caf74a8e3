import Foundation
import Glibc

/// A self-signed certificate for 127.0.0.1, made with `openssl`.
struct Certificate: Sendable {
    /// The file with the certificate.
    let path: String
    /// The file with its key.
    let keyPath: String

    /// Makes a certificate under this name, valid unless other options for `openssl req` are given.
    init(_ name: String, for shop: TestShop, options: [String]? = nil) async throws {
        path = "\(shop.directory)/\(name).crt"
        keyPath = "\(shop.directory)/\(name).key"
        let command = try ChildProcess(
            [
                "openssl", "req", "-x509", "-nodes",
            ] + (options ?? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2"]) + [
                "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyPath, "-out", path,
            ],
            writingTo: shop.nextName()
        )
        guard try await command.end(within: .seconds(20)) == 0 else { throw ProcessFailure(command.errors) }
    }

    /// Replaces another certificate's files with this one's, each atomically.
    func replace(_ other: Certificate) throws {
        for (new, old) in [(path, other.path), (keyPath, other.keyPath)] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: new))
            try bytes.write(to: URL(fileURLWithPath: old), options: .atomic)
        }
    }
}

/// A server, or a supervisor with its replicas, that serves TLS.
final class SecureShop: Sendable {
    let shop: TestShop
    let child: ChildProcess
    /// The configured certificate files.
    let certificate: Certificate
    let port: Int

    var url: String { "https://127.0.0.1:\(port)" }

    /// Starts `serve` or `up`, and waits until it is ready.
    init(_ command: [String], _ shop: TestShop, settings: [String] = [], keyMode: mode_t = 0o600) async throws {
        self.shop = shop
        certificate = try await Certificate("served", for: shop)
        let first = try await Certificate("first", for: shop)
        try first.replace(certificate)
        chmod(certificate.keyPath, keyMode)
        let all =
            settings + [
                "tls.certificate=\(certificate.path)", "tls.key=\(certificate.keyPath)", "tls.reload-interval=1",
            ]
        child = try ChildProcess(
            [ServerProcess.program] + command + ["--data", shop.data, "--port", "0"] + all.flatMap { ["--set", $0] },
            writingTo: shop.nextName()
        )
        let child = child
        shop.children.withLock { $0.append(child) }
        var found: Int?
        try await eventually("it says where it serves", within: .seconds(30)) {
            guard let start = child.errors.range(of: "serving https://127.0.0.1:") else {
                if let status = child.exitStatus { throw ProcessFailure("it ended with \(status)\n\(child.errors)") }
                return false
            }
            found = Int(child.errors[start.upperBound...].prefix(while: \.isNumber))
            return true
        }
        port = found ?? 0
        try await eventually("it is ready", within: .seconds(20)) {
            try await self.curl("/readyz", ["--insecure"]).status == "200"
        }
    }

    /// Runs curl on one address, or on several by a pattern such as `[1-9]`.
    func curl(_ path: String, _ options: [String], within limit: Duration = .seconds(30)) async throws -> CurlAnswer {
        let format = "%{stderr}curl %{http_version} %{http_code} %{num_connects} %{exitcode}\n"
        let output = shop.nextName()
        let child = try ChildProcess(
            ["curl", "--silent", "--show-error", "--max-time", "20", "--write-out", format, url + path] + options,
            writingTo: output
        )
        shop.children.withLock { $0.append(child) }
        try await child.end(within: limit)
        return CurlAnswer(child)
    }

    /// Sends an HTTP/2 request whose body ends only after `seconds`; returns the status, or `000` if the server closed first.
    func dawdle(_ path: String, seconds: Int) async throws -> String {
        let script = """
            sleep \(seconds) | curl --silent --insecure --http2 --request POST --header 'Content-Type: application/json' \
            --upload-file - --output /dev/null --write-out '%{http_code}' \(url + path)
            """
        let child = try ChildProcess(["bash", "-c", script], writingTo: shop.nextName())
        shop.children.withLock { $0.append(child) }
        try await child.end(within: .seconds(seconds + 20))
        return child.output
    }
}

/// The output of curl.
struct CurlAnswer: Sendable {
    /// HTTP version, status, new connections and exit code of each transfer.
    let transfers: [[String]]
    let body: String
    let errors: String

    init(_ child: ChildProcess) {
        errors = child.errors
        body = child.output
        transfers = errors.split(separator: "\n").filter { $0.hasPrefix("curl ") }.map { line in
            let words = line.split(separator: " ").map(String.init)
            return words.count == 5 ? Array(words.dropFirst()) : []
        }.filter { !$0.isEmpty }
    }

    var version: String { transfers.first?[0] ?? "" }
    var status: String { transfers.first?[1] ?? "" }
    var exitCode: String { transfers.first?[3] ?? "" }
    /// Transfers that were not answered with 200.
    var failures: [[String]] { transfers.filter { $0[1] != "200" || $0[3] != "0" } }
}
