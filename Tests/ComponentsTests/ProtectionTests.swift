import Crypto
import Foundation
import HTTPTypes
import Testing

@testable import API

@Suite("What answers tell browsers and caches", .timeLimit(.minutes(1)))
struct ProtectionTests {
    private static let referrer = HTTPField.Name("Referrer-Policy")

    @Test("what was read by a key or a secret is kept by no cache, and its address is told to nobody")
    func secrets() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            let body = #"{"lines":[{"sku":"MUG","quantity":1}],"currency":"GBP","payment":{"method":"manual"}}"#
            let placed = try await client.send(.post, "/v1/orders", body)
            let (id, secret) = (try #require(placed["id"]), try #require(placed["secret"]))
            let bearer = [(HTTPField.Name.authorization, "Bearer \(secret)")]
            for answer in [
                placed, try await client.send(.get, "/v1/orders/\(id)"),
                try await client.send(.get, "/v1/orders/\(id)", nil, bearer),
                try await client.send(.get, "/v1/orders/\(id)?secret=\(secret)", nil, []),
                try await client.send(.get, "/v1/orders/\(id)", nil, []), try await client.send(.get, "/v1/customers"),
                try await client.send(.get, "/v1/products"),
                try await client.send(.post, "/v1/carts", #"{"currency":"GBP"}"#, []),
            ] {
                #expect(answer.headers[.cacheControl] == "no-store", "\(answer.text)")
            }
            let name = try #require(Self.referrer)
            let byLink = try await client.send(.get, "/v1/orders/\(id)?secret=\(secret)", nil, [])
            #expect(byLink.status == 200)
            #expect(byLink.headers[name] == "no-referrer")
            // The catalogue is public, and caches may revalidate it.
            let products = try await client.send(.get, "/v1/products", nil, [])
            #expect(products.status == 200 && products.headers[.cacheControl] == nil)
        }
    }

    @Test("every answer, refusals too, keeps its type and stays out of frames")
    func everywhere() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            for (path, status) in [
                ("/v1/products", 200), ("/v1/products/NONE", 404), ("/nowhere", 404), ("/livez", 200),
                ("/v1/orders?limit=x", 400), ("/docs", 200), ("/openapi.json", 200), ("/metrics", 200),
            ] {
                let answer = try await client.send(.get, path)
                #expect(answer.status == status, "\(path)")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(path)")
                #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true, "\(path)")
            }
        }
    }

    @Test("the page may run its own script and have its own style, and nothing else")
    func page() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            let answer = try await client.send(.get, "/docs", nil, [])
            let policy = try #require(answer.headers[.contentSecurityPolicy])
            #expect(!policy.contains("unsafe"))
            for (element, directive) in [("script", "script-src"), ("style", "style-src")] {
                let parts = answer.text.components(separatedBy: "<\(element)>").dropFirst()
                #expect(parts.count == 1)
                for part in parts {
                    let content = part.components(separatedBy: "</\(element)>")[0]
                    let digest = Data(SHA256.hash(data: Data(content.utf8))).base64EncodedString()
                    #expect(policy.contains("\(directive) 'sha256-\(digest)'"))
                }
            }
            for inline in [" style=\"", " onclick=", "javascript:"] { #expect(!answer.text.contains(inline)) }
        }
    }

    @Test("the table of scopes in SECURITY.md has every scope, and says what includes what")
    func scopes() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("SECURITY.md"), encoding: .utf8)
        let rows = text.components(separatedBy: "| scope | allows |\n")[1].components(separatedBy: "\n\n")[0]
            .split(separator: "\n").dropFirst()
        var told: [String: String] = [:]
        for row in rows {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            told[cells[0].trimmingCharacters(in: ["`"])] = cells[1]
        }
        #expect(Set(told.keys) == Set(Scope.allCases.map(\.rawValue)))
        for scope in Scope.allCases where scope != .admin {
            let others = Scope.allCases.filter { $0 != scope && scope.covers($0) }
            for other in others {
                #expect(told[scope.rawValue]?.contains("includes `\(other.rawValue)`") == true, "\(scope)")
            }
            if others.isEmpty { #expect(told[scope.rawValue]?.contains("includes") == false, "\(scope)") }
        }
    }
}
