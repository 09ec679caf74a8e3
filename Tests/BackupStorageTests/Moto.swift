import Foundation
import Secrets
import Testing

@testable import BackupStorage

/// A moto server, which imitates Amazon's store; one for all tests of a run, and one that is guarded: it checks signatures, with Amazon's own
/// library.
///
/// `scripts/install-deps test` installs it. It ends with the process, however that ends.
struct Moto: Sendable {
    /// Its address.
    let endpoint: String
    /// The only user's keys.
    let access: S3Access

    /// The bucket that the user may use.
    static let bucket = "shop-backups"
    private static let open = Result { try Moto(isGuarded: false) }
    private static let guarded = Result { try Moto(isGuarded: true) }

    /// The server; fails where it cannot be started.
    static func server(guarded isGuarded: Bool = false) throws -> Moto { try (isGuarded ? guarded : open).get() }

    private init(isGuarded: Bool) throws {
        let bin = Self.repository + "/.build/venv/bin"
        try #require(
            FileManager.default.isExecutableFile(atPath: bin + "/moto_server"),
            "\(bin)/moto_server is missing: scripts/install-deps test"
        )
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { try #require(fcntl(end, F_SETFD, FD_CLOEXEC) == 0) }
        let log = NSTemporaryDirectory() + "tradewind-moto-\(UUID().uuidString)"
        try #require(FileManager.default.createFile(atPath: log, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: log) }
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The shell waits for the end of its input, whose other end this process keeps open for as long as it lives.
        server.arguments = [
            "-c", #""$0" -H 127.0.0.1 -p 0 & trap "kill -9 $!" EXIT; cat >/dev/null"#, bin + "/moto_server",
        ]
        server.standardInput = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle(forWritingAtPath: log)
        try server.run()
        endpoint = try Self.address(in: log)
        let script = [Self.repository + "/scripts/s3/make_bucket.py", endpoint, Self.bucket]
        let keys = try Self.output(bin + "/python", script + (isGuarded ? ["--guarded"] : [])).split(separator: " ")
            .map(String.init)
        try #require(keys.count == 2, "no bucket was made: \(keys.count) words")
        access = S3Access(
            endpoint: endpoint,
            region: "us-east-1",
            accessKey: Secret(keys[0]),
            secretKey: Secret(keys[1])
        )
    }

    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The address that the server tells in its log.
    private static func address(in log: String) throws -> String {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            let text = try String(contentsOfFile: log, encoding: .utf8)
            if let match = text.firstMatch(of: /Running on (http:\/\/127\.0\.0\.1:\d+)\s/) { return String(match.1) }
            usleep(20_000)
        }
        throw MotoFailure(description: "moto did not start: \(try String(contentsOfFile: log, encoding: .utf8))")
    }

    /// What a program prints; fails where the program does.
    private static func output(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw MotoFailure(description: "\(program) failed") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A store under a prefix of its own.
    func store(bucket: String = bucket, pageObjects: Int = 1000) throws -> S3Store {
        var limits = S3Client.Limits()
        limits.pageObjects = pageObjects
        return try S3Store(bucket: bucket, prefix: "test/\(UUID().uuidString)", access, limits: limits)
    }
}

struct MotoFailure: Error, CustomStringConvertible {
    let description: String
}
