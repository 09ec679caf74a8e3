// Bodies are read before a request has a place among those under way, so that a client that sends slowly holds no place. What it holds is
// memory, and that is bounded here: by bytes that came, not by what was announced, in all connections together.

import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Synchronization

/// The memory that bodies of requests may take together.
public final class BodyBudget: Sendable {
    /// What a body may take in any case: an order of many lines fits, and connections times this is bounded too.
    public static let small = 16_384

    private let most: Int
    private let held = Atomic<Int>(0)

    /// - Parameter most: in bytes; bodies beyond ``small`` are refused while they take so much together.
    public init(most: Int = 256 << 20) {
        self.most = most
    }

    /// What bodies take now, in bytes.
    public var bytes: Int { held.load(ordering: .relaxed) }

    /// One body's part.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let taken = Atomic<Int>(0)

        fileprivate init(_ budget: BodyBudget) { self.budget = budget }

        /// Takes so many more bytes; false where there is no room for them.
        func take(_ count: Int) -> Bool {
            let own = taken.load(ordering: .relaxed) + count
            let all = budget.held.wrappingAdd(count, ordering: .relaxed).newValue
            guard own <= BodyBudget.small || all <= budget.most else {
                budget.held.wrappingSubtract(count, ordering: .relaxed)
                return false
            }
            taken.store(own, ordering: .relaxed)
            return true
        }

        deinit {
            budget.held.wrappingSubtract(taken.load(ordering: .relaxed), ordering: .relaxed)
        }
    }

    /// The part of a body that begins; given back with its last reference.
    func share() -> Share { Share(self) }
}

/// The body of a request, whole.
struct ReceivedBody: Sendable {
    let bytes: [UInt8]
    private let share: BodyBudget.Share?

    /// None.
    static let none = ReceivedBody(bytes: [], share: nil)

    private init(bytes: [UInt8], share: BodyBudget.Share?) {
        self.bytes = bytes
        self.share = share
    }

    /// Reads the body of a request whose head has been checked, within the bounds of its route and of all bodies.
    init(of request: Request, _ kind: BodyKind, _ budget: BodyBudget) async throws(Problem) {
        let share = budget.share()
        var bytes: [UInt8] = []
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= kind.maxBytes else { throw Problem.bodyTooLarge(kind) }
                guard share.take(part.readableBytes) else { throw Problem.tooManyBodies }
                bytes.append(contentsOf: part.readableBytesView)
            }
        } catch let problem as Problem {
            throw problem
        } catch HTTPParserError.invalidChunkSize {
            throw Problem(
                .badRequest,
                "incomplete_body",
                "the chunks of the body are not well-formed, or extensions and trailers are longer than a few kilobytes"
            )
        } catch {
            throw Problem(.badRequest, "incomplete_body", "the body ended early")
        }
        self.init(bytes: bytes, share: share)
    }

    /// What the head alone says of the body.
    static func check(_ headers: HTTPFields, _ kind: BodyKind) throws(Problem) {
        if let coding = headers[.contentEncoding], coding.lowercased() != "identity" {
            throw .unsupportedContentEncoding
        }
        if let type = headers[.contentType], !fits(type, kind.mediaType) {
            throw Problem(
                .unsupportedMediaType,
                "unsupported_media_type",
                "send \(kind.mediaType), as in Content-Type: \(kind.mediaType)"
            )
        }
        if let length = headers[.contentLength].flatMap(Int.init), length > kind.maxBytes {
            throw .bodyTooLarge(kind)
        }
    }

    private static func fits(_ header: String, _ mediaType: String) -> Bool {
        if header == mediaType { return true }
        let type = header.prefix { $0 != ";" }.lowercased()
        // A merge patch is JSON too, and many clients call it no more than that.
        let isJSON = mediaType == "application/json" || mediaType == "application/merge-patch+json"
        return type == mediaType || (isJSON && (type.hasSuffix("+json") || type == "application/json"))
            || type.trimmingPrefix(while: { $0 == " " }) == mediaType
    }
}

extension Problem {
    fileprivate static func bodyTooLarge(_ kind: BodyKind) -> Problem {
        var problem = Problem(.contentTooLarge, "body_too_large", "a body here has at most \(kind.maxBytes) bytes")
        problem.headers[.connection] = "close"
        return problem
    }

    /// Bodies take as much memory as they may; small ones still pass.
    fileprivate static var tooManyBodies: Problem {
        var problem = Problem(
            .serviceUnavailable,
            "overloaded",
            "too many large bodies are being sent; nothing was changed",
            retryAfter: 5
        )
        problem.headers[.connection] = "close"
        return problem
    }
}
