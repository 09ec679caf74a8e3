import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP server on one thread and a free loopback port whose answers the test supplies.
final class BenchStubServer: Sendable {
    /// A received request.
    struct Request: Sendable {
        var method: HTTPMethod
        var path: String
        var headers: HTTPHeaders
        var body: String
    }

    /// The answer to send.
    struct Answer: Sendable {
        var status = HTTPResponseStatus.ok
        var headers = HTTPHeaders()
        var body = "ok"
        /// Sends the body in pieces without a length.
        var isChunked = false
        /// Closes the connection after the answer and announces it.
        var closes = false
        /// Closes the connection instead of answering.
        var drops = false
        var delay = TimeAmount.nanoseconds(0)
    }

    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup
    private let accepted: Counter

    /// Counts the connections that were opened.
    final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    /// Starts listening; `answer` is called on the server's thread for each request.
    init(answer: @escaping @Sendable (Request) -> Answer) async throws {
        let counter = Counter()
        accepted = counter
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                counter.value.add(1, ordering: .relaxed)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
    }

    /// The server's URL.
    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// How many connections it accepted so far.
    var connections: Int { accepted.value.load(ordering: .relaxed) }

    /// Stops it.
    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let answer: @Sendable (BenchStubServer.Request) -> BenchStubServer.Answer
    private var request: BenchStubServer.Request?

    init(answer: @escaping @Sendable (BenchStubServer.Request) -> BenchStubServer.Answer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = .init(method: head.method, path: head.uri, headers: head.headers, body: "")
        case .body(let bytes): request?.body += String(buffer: bytes)
        case .end:
            guard let request else { return }
            let reply = answer(request)
            let channel = context.channel
            if reply.delay > .nanoseconds(0) {
                channel.eventLoop.scheduleTask(in: reply.delay) { Self.send(reply, on: channel) }
            } else {
                Self.send(reply, on: channel)
            }
        }
    }

    private static func send(_ reply: BenchStubServer.Answer, on channel: any Channel) {
        if reply.drops {
            channel.close(promise: nil)
            return
        }
        var head = HTTPResponseHead(version: .http1_1, status: reply.status, headers: reply.headers)
        if reply.isChunked {
            head.headers.add(name: "Transfer-Encoding", value: "chunked")
        } else if reply.status != .notModified {
            head.headers.add(name: "Content-Length", value: String(reply.body.utf8.count))
        }
        if reply.closes { head.headers.add(name: "Connection", value: "close") }
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if reply.status != .notModified {
            let half = reply.body.index(reply.body.startIndex, offsetBy: reply.body.count / 2)
            for piece in reply.isChunked ? [reply.body[..<half], reply.body[half...]] : [reply.body[...]] {
                channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(substring: piece))), promise: nil)
            }
        }
        let done = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
        if reply.closes { done.whenComplete { _ in channel.close(promise: nil) } }
    }
}
