import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import Trading

/// The context that Hummingbird creates for each request: its own part, and the channel, so that a fault can close it.
struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// One request to a sandbox, with functions to read its parts.
struct SandboxCall: Sendable {
    /// The maximum length of a body in bytes.
    static let bodyBytesMax = 64 << 10

    let request: Request
    let parameters: Parameters

    /// A parameter of the path.
    func path(_ name: String) throws(SandboxRefusal) -> String {
        guard let text = parameters.get(name)?.removingPercentEncoding else { throw .notFound("resource") }
        return text
    }

    /// A parameter of the query; nil where it is missing.
    func query(_ name: String) -> String? {
        request.uri.queryParameters[name[...]].map(String.init)
    }

    /// A time in the query.
    func time(_ name: String, or missing: Timestamp) throws(SandboxRefusal) -> Timestamp {
        guard let text = query(name) else { return missing }
        guard let time = Timestamp(text) else { throw .badParameter("\(name) is a time as in 2026-11-23T05:21:01Z") }
        return time
    }

    /// An integer in the query.
    func integer(_ name: String, in range: ClosedRange<Int>, or missing: Int) throws(SandboxRefusal) -> Int {
        guard let text = query(name) else { return missing }
        guard let number = Int(text), range.contains(number) else {
            throw .badParameter("\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The body as one JSON value, and the required key.
    func keyed<Value>(
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) async throws(SandboxRefusal) -> (value: Value, key: RequestKey) {
        guard let text = request.headers[.sandboxKey], (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .keyMissing }
        let bytes = try await body()
        let value = try Self.parse(bytes, read)
        return (value, RequestKey(text, path: request.uri.path, body: bytes))
    }

    /// The body as one JSON value.
    func json<Value>(_ read: (inout JSONReader) throws(JSONError) -> Value) async throws(SandboxRefusal) -> Value {
        try Self.parse(try await body(), read)
    }

    private func body() async throws(SandboxRefusal) -> [UInt8] {
        do {
            let buffer = try await request.body.collect(upTo: Self.bodyBytesMax)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw .bodyTooLarge
        } catch {
            throw .malformed("the body ended early")
        }
    }

    private static func parse<Value>(
        _ bytes: [UInt8],
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(SandboxRefusal) -> Value {
        do throws(JSONError) {
            var json = JSONReader(bytes)
            let value = try read(&json)
            try json.finish()
            return value
        } catch {
            throw .malformed("\(error.pointer.isEmpty ? "the body" : error.pointer): \(error.detail)")
        }
    }
}

extension HTTPField.Name {
    /// `Idempotency-Key`.
    static let sandboxKey: HTTPField.Name = {
        guard let name = HTTPField.Name("Idempotency-Key") else { preconditionFailure("a header's name is a token") }
        return name
    }()
}
