import Foundation
import Glibc
import Load

/// A payment provider or a carrier beside a drill's shop, which can be killed and restarted.
final class DrillSandbox: Sendable {
    /// The kind; its name on the command line.
    enum Kind: String {
        case payments
        case deliveries
    }

    /// The directory that holds the sandbox and the shop.
    let directory: String
    /// Its port.
    let port: Int
    private let kind: Kind
    private let first: DrillProcess
    private let options: DrillOptions
    private let faults: [String]

    private static let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()

    /// Starts a sandbox.
    ///
    /// - Parameter faults: rules as `sandbox --fault` takes them.
    init(_ kind: Kind, _ options: DrillOptions, faults: [String] = []) async throws {
        self.kind = kind
        self.options = options
        self.faults = faults
        directory = options.freshDirectory()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(Self.secret.utf8).write(to: URL(fileURLWithPath: directory + "/webhook-secret"))
        first = try Self.start(kind, options, directory, faults, port: 0)
        guard let port = try await Self.port(of: first) else { throw DrillError("no sandbox: \(first.text)") }
        self.port = port
    }

    /// The file with the secret: a command line would be visible to all users.
    private var secretPath: String { directory + "/webhook-secret" }

    /// The shop's settings for paying or delivering through this sandbox.
    var settings: [String] {
        let choice =
            switch kind {
            case .payments: "payments.providers=sandbox"
            case .deliveries: "deliveries.carriers=sandbox"
            }
        return [
            choice, "\(kind.rawValue).sandbox.url=http://127.0.0.1:\(port)",
            "\(kind.rawValue).sandbox.webhook-secret=@\(secretPath)",
        ]
    }

    /// Kills it.
    func kill() async throws {
        first.signal(SIGKILL)
        _ = try await first.end(within: .seconds(5))
    }

    /// Starts it again, at the same port and with its list.
    func startAgain() throws { _ = try Self.start(kind, options, directory, faults, port: port) }

    /// The number of payments that were charged twice.
    func chargedTwice() throws -> Int {
        struct Summary: Decodable { let paymentsChargedTwice: Int }
        return try read("/summary", as: Summary.self).paymentsChargedTwice
    }

    /// The number of bookings of a shipment.
    func bookings(of shipment: String) throws -> Int {
        struct Booking: Decodable { let booking: String }
        struct Bookings: Decodable { let bookings: [Booking] }
        return try read("/bookings?shipment=\(shipment)", as: Bookings.self).bookings.count
    }

    private func read<Document: Decodable>(_ path: String, as document: Document.Type) throws -> Document {
        let target = try BenchTarget(url: "http://127.0.0.1:\(port)", allowRemote: false)
        let body = try BenchExchange(target: target).send("GET", path).body
        return try JSONDecoder().decode(document, from: Data(body))
    }

    private static func start(
        _ kind: Kind,
        _ options: DrillOptions,
        _ directory: String,
        _ faults: [String],
        port: Int
    ) throws -> DrillProcess {
        try DrillProcess(
            [options.program, "sandbox", kind.rawValue, "--data", directory + "/sandbox", "--port", String(port)]
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
