import HTTPTypes
import Hummingbird
import JSON
import Ledger
import NIOCore

/// Strong entity tags made of a thing's version.
public enum ETag {
    /// The tag of a version.
    public static func text(_ version: Int64) -> String {
        "\"\(version)\""
    }

    /// The version in a tag; nil for a tag that is not one of ours.
    static func version(in header: String) -> Int64? {
        // A tag that was weakened because the answer was packed names the same version.
        let text = header.trimmingPrefix(while: { $0 == " " }).trimmingPrefix("W/")
        guard text.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
        let digits = text.dropFirst().dropLast()
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(digits) : nil
    }

    /// Whether a list of tags in `If-None-Match` holds this one.
    public static func matches(_ header: String, _ tag: String) -> Bool {
        if header == tag || header == "*" { return true }
        return header.split(separator: ",").contains { part in
            let text = part.trimmingPrefix(while: { $0 == " " })
            return text == tag || (text.hasPrefix("W/") && text.dropFirst(2) == tag)
        }
    }
}

extension Response {
    /// JSON that is already serialised.
    public static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok, version: Int64? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let version { headers[.eTag] = ETag.text(version) }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A document, with its version as entity tag where it has one.
    public static func document(
        _ document: some Document,
        status: HTTPResponse.Status = .ok,
        version: Int64? = nil
    ) -> Response {
        json(document.document, status: status, version: version)
    }

    /// JSON written on the spot.
    public static func json(
        status: HTTPResponse.Status = .ok,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter()
        write(&json)
        return .json(json.bytes, status: status)
    }

    /// A page of a list: the items, and where the next page starts.
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

    /// Marks an answer as told again.
    public func replayed(_ isReplayed: Bool) -> Response {
        guard isReplayed else { return self }
        var response = self
        response.headers[.idempotentReplayed] = "true"
        return response
    }
}
