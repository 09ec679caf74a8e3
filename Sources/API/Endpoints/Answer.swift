import HTTPTypes
import Hummingbird
import JSON
import Ledger
import NIOCore

/// Strong entity tags, made from an object's version.
public enum ETag {
    /// The tag for a version.
    public static func text(_ version: Int64) -> String {
        "\"\(version)\""
    }

    /// The version in a tag; nil for a tag that this server did not make.
    static func version(in header: String) -> Int64? {
        // A tag that was made weak because the answer was compressed names the same version.
        let text = header.trimmingPrefix(while: { $0 == " " }).trimmingPrefix("W/")
        guard text.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
        let digits = text.dropFirst().dropLast()
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(digits) : nil
    }

    /// Whether a list of tags in `If-None-Match` contains this one.
    public static func matches(_ header: String, _ tag: String) -> Bool {
        if header == tag || header == "*" { return true }
        return header.split(separator: ",").contains { part in
            let text = part.trimmingPrefix(while: { $0 == " " })
            return text == tag || (text.hasPrefix("W/") && text.dropFirst(2) == tag)
        }
    }
}

extension Response {
    /// An answer of JSON that is already serialised.
    public static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok, version: Int64? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let version { headers[.eTag] = ETag.text(version) }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// An answer of a document, with its version as entity tag where it has one.
    public static func document(
        _ document: some Document,
        status: HTTPResponse.Status = .ok,
        version: Int64? = nil
    ) -> Response {
        json(document.document, status: status, version: version)
    }

    /// An answer of JSON that is written now.
    public static func json(
        status: HTTPResponse.Status = .ok,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter()
        write(&json)
        return .json(json.bytes, status: status)
    }

    /// A page of a list: the items, and the cursor of the next page.
    public static func page(_ items: [[UInt8]], next: String?) -> Response {
        .json { json in
            json.beginObject()
            json.key("items")
            json.beginArray()
            for item in items { json.raw(item) }
            json.endArray()
            json.key("next")
            if let next { json.string(next) } else { json.null() }
            json.endObject()
        }
    }

    /// Marks an answer as read from the archive of closed orders.
    public var archived: Response {
        var response = self
        response.headers[.orderArchived] = "true"
        return response
    }

    /// Marks an answer as the repeated answer to an earlier request.
    public func replayed(_ isReplayed: Bool) -> Response {
        guard isReplayed else { return self }
        var response = self
        response.headers[.idempotentReplayed] = "true"
        return response
    }
}
