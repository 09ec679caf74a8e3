// Long answers are compressed for clients that accept gzip. Answers that are read all the time and are prepared once (a product,
// its stock) are sent as they are: compressing them would cost more than all the rest of the request.

import HTTPTypes
import Hummingbird
import NIOCore

/// Compresses answers.
enum Compression {
    /// Shorter bodies are sent as they are: compression would save no packet.
    static let least = 1024

    /// The answer, compressed if it is long enough and the client accepts gzip (RFC 9110 section 12.5.3).
    static func pack(_ response: Response, of endpoint: Endpoint, for request: Request) async -> Response {
        guard endpoint.isPacked, response.status.kind == .successful, response.headers[.contentEncoding] == nil,
            let length = response.body.contentLength, length >= least, isText(response.headers[.contentType])
        else { return response }
        var packed = response
        packed.headers.vary(by: "Accept-Encoding")
        guard takesGzip(request.headers[.acceptEncoding]) else { return packed }
        let collector = BodyCollector()
        do {
            try await response.body.write(collector)
        } catch {
            // Reading a body from memory does not fail; if it did, the connection would end here.
            return packed
        }
        guard let bytes = Gzip.pack(collector.bytes) else { return packed }
        packed.body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        packed.headers[.contentEncoding] = "gzip"
        packed.headers[.contentLength] = nil
        // The same content in other bytes needs a weak tag: a strong one would claim equal bytes (RFC 9110 section 8.8.1).
        if let tag = packed.headers[.eTag], !tag.hasPrefix("W/") { packed.headers[.eTag] = "W/" + tag }
        return packed
    }

    /// Whether a client accepts gzip: the field names it, or `*`, with a weight above 0.
    static func takesGzip(_ field: String?) -> Bool {
        guard let field else { return false }
        var byName: Bool?
        var byStar: Bool?
        for part in field.lowercased().split(separator: ",") {
            let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            let weight = words.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            switch words.first {
            case "gzip", "x-gzip": byName = weight > 0
            case "*": byStar = weight > 0
            default: break
            }
        }
        return byName ?? byStar ?? false
    }

    private static func isText(_ type: String?) -> Bool {
        guard let type else { return false }
        return type.hasPrefix("application/json") || (type.hasPrefix("text/") && !type.hasPrefix("text/event-stream"))
    }
}

/// Collects a body that is in memory.
private final class BodyCollector: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws {
        bytes += buffer.readableBytesView
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension Endpoint {
    /// Whether its long answers are compressed: only GET, and not the answers that are prepared once.
    var isPacked: Bool { method == .get && id != "getProduct" && id != "getStock" }
}

extension HTTPFields {
    /// Adds a field to `Vary`.
    mutating func vary(by name: String) {
        let present = self[.vary].map { $0.split(separator: ",").map { $0.filter { $0 != " " } } } ?? []
        guard !present.contains(where: { $0 == "*" || $0.lowercased() == name.lowercased() }) else { return }
        self[.vary] = (present + [name]).joined(separator: ", ")
    }
}
