import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Secrets
import Synchronization

@testable import BackupStorage

/// A store in memory that does what a test says: answers badly, late or not at all, or lacks what others know.
final class ScriptedStore: Sendable {
    /// What comes for one request in the place of the right answer.
    enum Trouble: Sendable {
        /// A status with a code.
        case refusal(Int, String)
        /// The right answer is cut in its body.
        case cut
        /// The request is done, and the connection ends without an answer.
        case lost
        /// Nothing ever comes.
        case silence
        /// A body with status 200.
        case body(String)
    }

    private struct State {
        var objects: [String: [UInt8]] = [:]
        var troubles: [Trouble] = []
        var requests: [String] = []
    }

    private let state: Mutex<State>
    private let knowsCondition: Bool
    private let channel: any Channel

    init(knowsCondition: Bool = true, objects: [String: [UInt8]] = [:]) async throws {
        self.knowsCondition = knowsCondition
        let state = State(objects: objects)
        self.state = Mutex(state)
        let handler = HandlerBox()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ScriptedHandler(handler))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        handler.store.withLock { $0 = self }
    }

    deinit { channel.close(promise: nil) }

    /// What comes for the next requests, one after another.
    func expect(_ troubles: Trouble...) { state.withLock { $0.troubles = troubles } }

    /// The methods and paths of all requests since the last call.
    func requests() -> [String] {
        state.withLock { state in
            defer { state.requests = [] }
            return state.requests
        }
    }

    /// The bytes of an object.
    subscript(_ key: String) -> [UInt8]? { state.withLock { $0.objects["/bucket/" + key] } }

    /// A client of the store, with short waits.
    func client() throws -> S3Store {
        let limits = S3Client.Limits(
            connect: .seconds(2),
            idle: .seconds(2),
            attempt: .milliseconds(500),
            retries: .init(base: .milliseconds(1), cap: .milliseconds(5), retries: 3)
        )
        let access = S3Access(
            endpoint: "http://127.0.0.1:\(channel.localAddress?.port ?? 0)",
            region: "us-east-1",
            accessKey: Secret("key"),
            secretKey: Secret("secret")
        )
        return try S3Store(bucket: "bucket", prefix: "", access, limits: limits)
    }

    /// Does a request, and says what to answer.
    fileprivate func answer(_ head: HTTPRequestHead, _ body: [UInt8]) -> ScriptedAnswer {
        state.withLock { state in
            state.requests.append("\(head.method) \(head.uri)")
            let trouble = state.troubles.isEmpty ? nil : state.troubles.removeFirst()
            switch trouble {
            case .refusal(let status, let code): return Self.error(status, code)
            case .silence: return .silence
            case .body(let text): return .whole(200, Array(text.utf8))
            case .cut, .lost, nil: break
            }
            let (status, bytes) = done(head, body, &state)
            return switch trouble {
            case .cut: .cut(status, bytes)
            case .lost: .lost
            default: .whole(status, bytes)
            }
        }
    }

    private func done(_ head: HTTPRequestHead, _ body: [UInt8], _ state: inout State) -> (Int, [UInt8]) {
        let path = String(head.uri.prefix { $0 != "?" })
        switch head.method {
        case .PUT:
            let isConditional = head.headers.first(name: "if-none-match") == "*"
            if isConditional && knowsCondition && state.objects[path] != nil { return (412, []) }
            state.objects[path] = body
            return (200, [])
        case .GET where path == "/bucket":
            let contents = state.objects.sorted { $0.key < $1.key }.map {
                "<Contents><Key>\($0.key.dropFirst("/bucket/".count))</Key><Size>\($0.value.count)</Size></Contents>"
            }
            let text = "<ListBucketResult><IsTruncated>false</IsTruncated>\(contents.joined())</ListBucketResult>"
            return (200, Array(text.utf8))
        case .GET:
            if let object = state.objects[path] { return (200, object) }
            return (404, Array("<Error><Code>NoSuchKey</Code></Error>".utf8))
        default:
            state.objects[path] = nil
            return (204, [])
        }
    }

    private static func error(_ status: Int, _ code: String) -> ScriptedAnswer {
        .whole(status, Array("<Error><Code>\(code)</Code><Message>as the test says</Message></Error>".utf8))
    }
}

private enum ScriptedAnswer {
    case whole(Int, [UInt8])
    case cut(Int, [UInt8])
    case lost
    case silence
}

/// The store of a server that is bound before the store is there.
private final class HandlerBox: Sendable {
    let store = Mutex<ScriptedStore?>(nil)
}

private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let box: HandlerBox
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ box: HandlerBox) {
        self.box = box
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body += Array(buffer: part)
        case .end:
            guard let head, let store = box.store.withLock({ $0 }) else { return context.close(promise: nil) }
            switch store.answer(head, body) {
            case .silence: break
            case .lost: context.close(promise: nil)
            case .whole(let status, let bytes):
                write(status, bytes, length: bytes.count, context)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .cut(let status, let bytes):
                write(status, bytes, length: bytes.count + 10, context)
                context.flush()
                context.close(promise: nil)
            }
        }
    }

    private func write(_ status: Int, _ bytes: [UInt8], length: Int, _ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: status),
            headers: status == 204 ? [:] : ["content-length": "\(length)"]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
    }
}
