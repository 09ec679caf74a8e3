import Client
import Foundation
import Glibc
import Synchronization
import Testing

/// Servers on one data directory whose card payments go to a sandbox; each process can be killed and restarted at the same port.
final class PaymentShop: Sendable {
    /// One of the processes.
    enum Process: Hashable, Sendable {
        case sandbox
        case server(Int)
    }

    private struct State {
        var sandbox: SandboxProcess?
        var servers: [ServerProcess] = []
        var faults = "{}"
        var starts = 0
    }

    /// The data directory and the admin key.
    let shop: TestShop
    private let settings: [String]
    private let sandboxPort: Int
    private let ports: [Int]
    private let state = Mutex(State())

    private static let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()

    /// Starts the sandbox and `servers` servers.
    init(_ shop: TestShop, servers: Int = 1, settings: [String] = []) async throws {
        self.shop = shop
        sandboxPort = try freePort()
        ports = try (0..<servers).map { _ in try freePort() }
        self.settings =
            [
                "payments.providers=sandbox", "payments.sandbox.url=http://127.0.0.1:\(sandboxPort)",
                "payments.sandbox.webhook-secret=@\(shop.directory)/webhook-secret", "payments.capture=atOnce",
            ] + settings
        try Data(Self.secret.utf8).write(to: URL(fileURLWithPath: shop.directory + "/webhook-secret"))
        try await start(.sandbox)
        for index in 0..<servers { try await start(.server(index)) }
    }

    /// Every process.
    var processes: [Process] { [.sandbox] + ports.indices.map { .server($0) } }

    /// The options with which a command works on the same data and the same providers.
    var arguments: [String] { ["--data", shop.data] + settings.flatMap { ["--set", $0] } }

    /// A server.
    func server(_ index: Int = 0) -> ServerProcess { state.withLock { $0.servers[index] } }

    /// Kills a process and waits until it has exited.
    func kill(_ process: Process) async throws {
        switch process {
        case .sandbox: try await state.withLock { $0.sandbox }?.kill()
        case .server(let index): try await server(index).kill()
        }
    }

    /// Restarts a process and waits until it is ready; a sandbox keeps its faults.
    func start(_ process: Process) async throws {
        let (faults, number) = state.withLock { state in
            state.starts += 1
            return (state.faults, state.starts)
        }
        switch process {
        case .sandbox:
            let webhooks = "http://127.0.0.1:\(ports[0])/v1/providers/sandbox/webhook"
            let sandbox = try await SandboxProcess(
                "payments",
                data: shop.directory + "/sandbox",
                port: sandboxPort,
                options: [
                    "--webhook-url", webhooks, "--webhook-secret", "@\(shop.directory)/webhook-secret", "--seed",
                    String(number),
                ],
                writingTo: "\(shop.directory)/sandbox-\(number)"
            )
            state.withLock { $0.sandbox = sandbox }
            try await setFaults(faults)
        case .server(let index):
            let server = try await shop.serve(settings, port: ports[index])
            state.withLock { state in
                if index < state.servers.count { state.servers[index] = server } else { state.servers.append(server) }
            }
        }
    }

    /// Replaces all fault rules; `{}` removes them.
    func setFaults(_ rules: String) async throws {
        state.withLock { $0.faults = rules }
        let answer = try await withSandbox { try await $0.put("/faults", rules) }
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    }

    /// Refunds part of a charge at the sandbox, as a person would in the dashboard.
    func refundByHand(_ charge: String, _ amount: Int) async throws {
        let answer = try await withSandbox { client in
            let body = #"{"amount":\#(amount),"currency":"GBP"}"#
            return try await client.post("/charges/\(charge)/refunds", body, key: "by-hand-\(charge)")
        }
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    }

    /// Every charge of the sandbox.
    func charges() async throws -> [ChargePage.Charge] {
        try await withSandbox { client in
            var charges: [ChargePage.Charge] = []
            var after = ""
            while true {
                let page = try await client.get("/charges?limit=500\(after)").decode(ChargePage.self)
                charges += page.charges
                guard let next = page.next else { return charges }
                after = "&after=\(next)"
            }
        }
    }

    private func withSandbox<Value>(_ body: (ShopClient) async throws -> Value) async throws -> Value {
        let http = try TradewindClient(
            baseURL: "http://127.0.0.1:\(sandboxPort)",
            key: nil,
            retry: RetryPolicy(deadline: .seconds(10))
        )
        do {
            let value = try await body(ShopClient(http: http))
            await http.shutdown()
            return value
        } catch {
            await http.shutdown()
            throw error
        }
    }
}

/// The size of a test: a short form in every run, and a long one as a drill.
enum Drill {
    /// Whether the long form is requested.
    static let isLong = ProcessInfo.processInfo.environment["TRADEWIND_DRILLS"] != nil
}

/// A free port of the loopback interface.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
            bind(descriptor, name, length) == 0 && getsockname(descriptor, name, &length) == 0
        }
    }
    guard isBound else { throw ProcessFailure("no port is free: \(String(cString: strerror(errno)))") }
    return Int(UInt16(bigEndian: address.sin_port))
}
