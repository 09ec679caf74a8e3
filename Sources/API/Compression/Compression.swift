// Answers that are long are packed for clients that say they can unpack them. What is read all the time and made ready once (a product,
// its stock) is sent as it is: packing it would cost more than all the rest of the request.

import HTTPTypes
import Hummingbird
import NIOCore

/// Packs answers.
enum Compression {
    /// Bodies shorter than this are sent as they are: packing saves no packet.
    static let least = 1024

    /// The answer, packed where it is worth it and the client takes gzip (RFC 9110 section 12.5.3).
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
            // A body in memory does not fail; if one did, the connection would end in the same way.
            return packed
        }
        guard let bytes = Gzip.pack(collector.bytes) else { return packed }
        packed.body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        packed.headers[.contentEncoding] = "gzip"
        packed.headers[.contentLength] = nil
        // The same thing in other bytes: a strong tag would say that they are the same (RFC 9110 section 8.8.1).
        if let tag = packed.headers[.eTag], !tag.hasPrefix("W/") { packed.headers[.eTag] = "W/" + tag }
        return packed
    }

    /// Whether a client takes gzip: the field names it, or everything, with a weight above nothing.
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

/// Takes a body that is in memory.
private final class BodyCollector: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws {
        bytes += buffer.readableBytesView
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension Endpoint {
    /// Whether its long answers are packed: what is asked for, and is not read so often that it is kept ready.
    var isPacked: Bool { method == .get && id != "getProduct" && id != "getStock" }
}

extension HTTPFields {
    /// Says that the answer depends on one more field of the request.
    mutating func vary(by name: String) {
        let present = self[.vary].map { $0.split(separator: ",").map { $0.filter { $0 != " " } } } ?? []
        guard !present.contains(where: { $0 == "*" || $0.lowercased() == name.lowercased() }) else { return }
        self[.vary] = (present + [name]).joined(separator: ", ")
    }
}
