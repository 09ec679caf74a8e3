import Foundation
import Ledger
import Testing
import Trading

@testable import API
@testable import Components

@Suite("The codes of each route")
struct RefusalKindTests {
    private static let sets: [(name: String, samples: [any Error])] = [
        ("PlaceOrderRefusal", PlaceOrderRefusal.samples), ("PaymentChoiceRefusal", PaymentChoiceRefusal.samples),
        ("OrderRefusal", OrderRefusal.samples), ("PackRefusal", PackRefusal.samples),
        ("ShipmentRefusal", ShipmentRefusal.samples), ("ReturnRefusal", ReturnRefusal.samples),
        ("ShippingQuoteRefusal", ShippingQuoteRefusal.samples), ("CreditRefusal", CreditRefusal.samples),
        ("EditRefusal", EditRefusal.samples), ("DeleteProductRefusal", DeleteProductRefusal.samples),
        ("DeleteGroupRefusal", DeleteGroupRefusal.samples),
        ("AdjustStockRefusal", AdjustStockRefusal.samples), ("CartRefusal", CartRefusal.samples),
        ("CustomerRefusal", CustomerRefusal.samples), ("WebhookRefusal", WebhookRefusal.samples),
        ("StartPaymentRefusal", StartPaymentRefusal.samples), ("PaymentRefusal", PaymentRefusal.samples),
        ("StoreCreditRefusal", StoreCreditRefusal.samples),
    ]

    @Test("every case of every set of refusals has an example")
    func samples() throws {
        let sources = try Self.sources()
        for (name, samples) in Self.sets {
            let cases = try #require(Self.cases(of: name, in: sources), "\(name) is declared")
            let shown = Set(samples.map { "\($0)".prefix { $0.isLetter || $0.isNumber }.description })
            #expect(shown == Set(cases), "\(name)")
        }
    }

    /// The case names that the source declares.
    private static func cases(of name: String, in sources: [String]) -> [String]? {
        guard let source = sources.first(where: { $0.contains("enum \(name): Error") }),
            let start = source.range(of: "enum \(name): Error")
        else { return nil }
        let body = source[start.upperBound...].prefix(while: { _ in true })
        let end = body.range(of: "\n}\n")?.lowerBound ?? body.endIndex
        return body[..<end].split(separator: "\n").compactMap { line in
            let words = line.drop { $0 == " " }
            guard words.hasPrefix("case ") else { return nil }
            return String(words.dropFirst(5).prefix { $0.isLetter || $0.isNumber })
        }
    }

    private static func sources() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var texts: [String] = []
        for module in ["Trading", "Ledger"] {
            let folder = root.appending(path: "Sources/\(module)")
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                if file.pathExtension == "swift" { texts.append(try String(contentsOf: file, encoding: .utf8)) }
            }
        }
        return texts
    }

    @Test("a route that may refuse somebody's rights says with what they are shown, so that generated clients send it")
    func rights() async throws {
        let shop = try await ListShop()
        shop.shop.committer.close()
        let bytes = OpenAPIDocument(shop.endpoints, schemas: Schemas.all).bytes(version: "0")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        var open: Set<String> = []
        for operation in paths.values.flatMap(\.values) {
            let id = try #require(operation["operationId"] as? String)
            let ways = try #require(operation["security"] as? [[String: Any]])
            let answers = try #require(operation["responses"] as? [String: Any])
            if ways.contains(where: \.isEmpty) { open.insert(id) }
            // It shares its refusals with the quote of an order, which may state prices.
            guard id != "quoteShipping" else { continue }
            #expect(answers["403"] == nil || ways.contains { $0["apiKey"] != nil }, "\(id)")
        }
        #expect(open.isSuperset(of: ["placeOrder", "createCart", "getProduct"]) && !open.contains("listOrders"))
    }

    @Test("each 409, 410 and 412 names its codes in the document, and each of them is a code that is explained")
    func documented() async throws {
        let shop = try await ListShop()
        shop.shop.committer.close()
        let bytes = OpenAPIDocument(shop.endpoints, schemas: Schemas.all).bytes(version: "0")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        let known = Set(ProblemCode.all.map(\.name))
        var seen = 0
        for (path, methods) in paths {
            for (method, operation) in methods {
                for (status, response) in operation["responses"] as? [String: [String: Any]] ?? [:] {
                    guard let codes = response["x-problem-codes"] as? [String] else { continue }
                    #expect(Set(codes).isSubset(of: known), "\(method) \(path) \(status): \(codes)")
                    if ["409", "410", "412", "422"].contains(status), !path.contains("availability") {
                        #expect(!codes.isEmpty, "\(method) \(path) \(status)")
                        seen += 1
                    }
                }
            }
        }
        #expect(seen > 50)
        let place = try #require(paths["/v1/orders"]?["post"]?["responses"] as? [String: [String: Any]])
        let codes = try #require(place["409"]?["x-problem-codes"] as? [String])
        #expect(codes.contains("insufficient_stock") && codes.contains("order_total_changed"))
        #expect(codes.contains("insufficient_funds") && codes.contains("cart_closed"))
    }
}
