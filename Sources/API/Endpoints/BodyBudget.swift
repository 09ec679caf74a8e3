// A body is read before its request takes a place in the admission gate, so that a client which sends slowly holds no place. It
// holds memory, which is bounded here: by received bytes, not by announced ones, over all connections together.

import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Synchronization

/// The memory that the bodies of all requests may use together.
///
/// Thread-safe, without locks.
public final class BodyBudget: Sendable {
    /// The bytes that each body may use in any case: enough for an order of many lines, and the number of connections bounds
    /// their sum.
    public static let small = 16_384

    private let most: Int
    private let held = Atomic<Int>(0)

    /// - Parameter most: in bytes; bodies larger than ``small`` are refused while all bodies use this much.
    public init(most: Int = 256 << 20) {
        self.most = most
    }

    /// The bytes that bodies use now.
    public var bytes: Int { held.load(ordering: .relaxed) }

    /// The bytes of one body.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let taken = Atomic<Int>(0)

        fileprivate init(_ budget: BodyBudget) { self.budget = budget }

        /// Takes `count` more bytes; false where there is no room for them.
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

    /// A share for a new body; its bytes are released with the last reference to it.
    func share() -> Share { Share(self) }
}

/// The complete body of a request.
struct ReceivedBody: Sendable {
    let bytes: [UInt8]
    private let share: BodyBudget.Share?

    /// An empty body.
    static let none = ReceivedBody(bytes: [], share: nil)

    private init(bytes: [UInt8], share: BodyBudget.Share?) {
        self.bytes = bytes
        self.share = share
    }

    /// Reads the body of a request whose head was checked, within the limits of its route and of the budget.
    ///
    /// - Throws: 413 where the body is too long, 503 where the budget is used up (it may be tried again), 400 where it breaks
    ///   off.
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

    /// Checks what the head says about the body.
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
        // A merge patch is JSON, and many clients label it so.
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

    /// The budget is used up; small bodies are still accepted.
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
