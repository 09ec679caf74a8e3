import AsyncHTTPClient
import Glibc
import JSON
import Logging
import NIOCore
import Providers
import ServiceLifecycle
import Trading

/// A message that a sandbox sends by webhook.
struct SandboxWebhookMessage: Sendable {
    /// Its id, by which receivers recognise repeats.
    let id: String
    /// The charge or parcel: messages of one subject are sent in order, unless a fault changes that.
    let subject: String
    /// The body: type, time and data.
    let body: [UInt8]

    init(id: String, type: String, at time: Timestamp, subject: String, _ data: (inout JSONWriter) -> Void) {
        self.id = id
        self.subject = subject
        var json = JSONWriter()
        json.object { json in
            json.member("type", type)
            json.member("timestamp", "\(time)")
            json.key("data")
            json.object(data)
        }
        body = json.bytes
    }
}

/// Sends a sandbox's webhooks, signed, and repeats those that were not accepted.
///
/// They are hints and are kept in memory only: at most ``waitingMax`` wait in a lane; newer messages are dropped, and so are
/// those that no attempt delivered.
struct SandboxWebhookSender: Service {
    private static let lanes = 8
    private static let waitingMax = 20_000
    private static let attemptsMax = 8

    private let url: String
    private let signature: WebhookSignature
    private let dice: FaultDice
    private let logger: Logger
    private let streams: [AsyncStream<SandboxWebhookMessage>]
    private let inlets: [AsyncStream<SandboxWebhookMessage>.Continuation]

    init(url: String, signature: WebhookSignature, dice: FaultDice, logger: Logger) {
        self.url = url
        self.signature = signature
        self.dice = dice
        self.logger = logger
        let made = (0..<Self.lanes).map { _ in
            AsyncStream.makeStream(of: SandboxWebhookMessage.self, bufferingPolicy: .bufferingOldest(Self.waitingMax))
        }
        streams = made.map(\.stream)
        inlets = made.map(\.continuation)
    }

    /// Queues a message; does not block.
    func send(_ message: SandboxWebhookMessage) {
        let lane = message.subject.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % Self.lanes
        inlets[lane].yield(message)
    }

    /// Sends until the sandbox ends.
    func run() async throws {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(1), read: .seconds(5))
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for stream in streams { group.addTask { await drain(stream, http) } }
            }
        }
        try await http.shutdown()
    }

    /// Sends the messages of one lane in order, except those that a fault delays or that were not accepted at first.
    private func drain(_ stream: AsyncStream<SandboxWebhookMessage>, _ http: HTTPClient) async {
        await withDiscardingTaskGroup { group in
            for await message in stream {
                if dice.roll(.webhookLost) != nil { continue }
                if let strike = dice.roll(.webhookLate) {
                    group.addTask { await deliver(message, http, after: strike.duration, attempts: 0) }
                } else if await !post(message, http) {
                    group.addTask { await deliver(message, http, after: .milliseconds(500), attempts: 1) }
                }
                if dice.roll(.webhookTwice) != nil { _ = await post(message, http) }
            }
        }
    }

    private func deliver(_ message: SandboxWebhookMessage, _ http: HTTPClient, after: Duration, attempts: Int) async {
        var pause = after
        for attempt in attempts..<Self.attemptsMax {
            do { try await Task.sleep(for: pause) } catch { return }
            if await post(message, http) { return }
            pause = min(.milliseconds(500) * (1 << attempt), .seconds(30))
        }
        logger.debug("webhook \(message.id) was never taken")
    }

    /// Sends a message; returns whether the receiver accepted it.
    private func post(_ message: SandboxWebhookMessage, _ http: HTTPClient) async -> Bool {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        let seconds = Timestamp.now.milliseconds / 1000
        for (name, value) in signature.headers(id: message.id, timestamp: seconds, body: message.body) {
            request.headers.add(name: name, value: value)
        }
        request.body = .bytes(ByteBuffer(bytes: message.body))
        do {
            let answer = try await http.execute(request, deadline: .now() + .seconds(5))
            for try await _ in answer.body {}
            return (200..<300).contains(answer.status.code)
        } catch {
            logger.trace("webhook \(message.id): \(error)")
            return false
        }
    }
}
