import API
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Components

/// One response.
struct Reply {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]
    let json: [String: Any]

    /// A string member.
    func text(_ name: String) -> String? { json[name] as? String }
    /// A list member of objects.
    func list(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }
}

/// Sends requests to the routes and validates every response against the schema that the route declares.
struct DeliveryClient {
    let client: any TestClientProtocol
    let endpoints: [Endpoint]
    let key: String

    @discardableResult
    func ask(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        key: String? = nil,
        headers: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        var fields: HTTPFields = [.authorization: "Bearer \(key ?? self.key)"]
        if key == "" { fields[.authorization] = nil }
        if body != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let answer = try await client.execute(
            uri: path,
            method: method,
            headers: fields,
            body: body.map { ByteBuffer(string: $0) }
        )
        let bytes = Array(answer.body.readableBytesView)
        let value = try? JSONSerialization.jsonObject(with: Data(bytes))
        let reply = Reply(
            status: answer.status.code,
            headers: answer.headers,
            bytes: bytes,
            json: value as? [String: Any] ?? [:]
        )
        try check(reply, method, path, body, value, sourceLocation)
        return reply
    }

    private func check(
        _ reply: Reply,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String?,
        _ value: Any?,
        _ location: SourceLocation
    ) throws {
        let route = String(path.split(separator: "?")[0])
        let endpoint = try #require(endpoints.first { $0.method == method && fits(route, $0.path) }, "\(route)")
        if reply.status >= 400 {
            let mistakes = SchemaCheck.mistakes(of: value, in: "Problem")
            #expect(mistakes == [], sourceLocation: location)
            let code = ProblemCode.all.first { $0.name == reply.text("code") }
            #expect(code?.statuses.contains(reply.status) == true, sourceLocation: location)
            return
        }
        let outcome = try #require(endpoint.responses.first { $0.status == reply.status }, "\(endpoint.id)")
        if let schema = outcome.schema, outcome.mediaType == "application/json" {
            #expect(SchemaCheck.mistakes(of: value, in: schema) == [], sourceLocation: location)
        }
        if let kind = endpoint.body, kind.schema != "CarrierNotice", let body {
            let sent = try JSONSerialization.jsonObject(with: Data(body.utf8))
            #expect(SchemaCheck.mistakes(of: sent, in: kind.schema) == [], sourceLocation: location)
        }
    }

    private func fits(_ path: String, _ pattern: String) -> Bool {
        let (given, wanted) = (path.split(separator: "/"), pattern.split(separator: "/"))
        return given.count == wanted.count && zip(given, wanted).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
    }
}
