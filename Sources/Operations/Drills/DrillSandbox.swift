import Foundation
import Glibc

/// A payment sandbox beside a drill's shop, which can be killed and be there again.
final class DrillSandbox: Sendable {
    /// The directory that holds the sandbox and the shop.
    let directory: String
    /// Where it is.
    let port: Int
    private let first: DrillProcess
    private let options: DrillOptions
    private let faults: [String]

    private static let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()

    /// Starts one.
    ///
    /// - Parameter faults: rules as `sandbox --fault` takes them.
    init(_ options: DrillOptions, faults: [String] = []) async throws {
        self.options = options
        self.faults = faults
        directory = options.freshDirectory()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        first = try Self.start(options, directory, faults, port: 0)
        guard let port = try await Self.port(of: first) else { throw DrillError("no sandbox: \(first.text)") }
        self.port = port
    }

    /// What a shop is told so that cards are paid here.
    var settings: [String] {
        [
            "payments.providers=sandbox", "payments.sandbox.url=http://127.0.0.1:\(port)",
            "payments.sandbox.webhook-secret=\(Self.secret)",
        ]
    }

    /// Ends it without a word.
    func kill() async throws {
        first.signal(SIGKILL)
        _ = try await first.end(within: .seconds(5))
    }

    /// It is there again, at the same port and with its list.
    func startAgain() throws { _ = try Self.start(options, directory, faults, port: port) }

    /// How many payments it has charged twice.
    func chargedTwice() throws -> Int {
        struct Summary: Decodable { let paymentsChargedTwice: Int }
        let target = try BenchTarget(url: "http://127.0.0.1:\(port)", allowRemote: false)
        let body = try BenchExchange(target: target).send("GET", "/summary").body
        return try JSONDecoder().decode(Summary.self, from: Data(body)).paymentsChargedTwice
    }

    private static func start(
        _ options: DrillOptions,
        _ directory: String,
        _ faults: [String],
        port: Int
    ) throws -> DrillProcess {
        try DrillProcess(
            [options.program, "sandbox", "payments", "--data", directory + "/sandbox", "--port", String(port)]
                + faults.flatMap { ["--fault", $0] },
            output: directory + "/sandbox-\(UInt32.random(in: 0...UInt32.max)).log"
        )
    }

    private static func port(of sandbox: DrillProcess) async throws -> Int? {
        for _ in 0..<500 where sandbox.exitStatus == nil {
            let text = sandbox.text
            if let mark = text.range(of: "http://127.0.0.1:"), text[mark.upperBound...].contains("\n") {
                return Int(text[mark.upperBound...].prefix(while: \.isNumber))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }
}
