import API
import Foundation
import JSON
import Ledger
import Testing
import Trading

@testable import Components

@Suite("Schemas")
struct SchemaTests {
    @Test("every schema is a JSON object that refers only to schemas that exist")
    func references() throws {
        for (name, schema) in Schemas.all {
            let value = try JSONSerialization.jsonObject(with: Data(schema.utf8))
            #expect(value is [String: Any], "\(name)")
            for reference in Self.references(in: value) {
                let target = reference.split(separator: "/").last.map(String.init) ?? ""
                #expect(Schemas.all[target] != nil, "\(name) refers to \(reference)")
            }
        }
    }

    private static func references(in value: Any) -> [String] {
        if let object = value as? [String: Any] {
            return [object["$ref"] as? String].compactMap(\.self) + object.values.flatMap(references)
        }
        return (value as? [Any] ?? []).flatMap(references)
    }

    @Test("what a required list names is a member of the same object")
    func requiredMembers() throws {
        for (name, schema) in Schemas.all {
            let value = try JSONSerialization.jsonObject(with: Data(schema.utf8))
            guard let object = value as? [String: Any], let required = object["required"] as? [String] else { continue }
            let members = try #require(object["properties"] as? [String: Any])
            for member in required where name != "OpenAPI" {
                #expect(members[member] != nil, "\(name) requires \(member)")
            }
        }
    }

    @Test("a choice between objects names each, and nothing is null alone, so that generators have types for them")
    func namedChoices() throws {
        for (name, schema) in Schemas.all {
            let value = try JSONSerialization.jsonObject(with: Data(schema.utf8))
            for unnamed in Self.unnamed(in: value, isChoice: false) { Issue.record("\(name): \(unnamed)") }
        }
    }

    /// Choices between objects that have no name, and members that can only be null.
    private static func unnamed(in value: Any, isChoice: Bool) -> [String] {
        if let list = value as? [Any] { return list.flatMap { unnamed(in: $0, isChoice: isChoice) } }
        guard let object = value as? [String: Any] else { return [] }
        let type = object["type"] as? String
        if isChoice && type == "object" || !isChoice && type == "null" { return ["\(object)"] }
        return object.flatMap { key, value in
            key == "examples" ? [] : unnamed(in: value, isChoice: key == "oneOf")
        }
    }

    @Test("the currencies of the schema are those that are read")
    func currencies() {
        let schema = Schemas.all["Currency"] ?? ""
        #expect(Currency.all.allSatisfy { schema.contains("\"\($0.code)\"") })
    }

    @Test("each generated example fits its schema, which has no other", arguments: Schemas.examples.keys.sorted())
    func generatedExamples(_ name: String) throws {
        let example = try JSONSerialization.jsonObject(with: Data((Schemas.examples[name] ?? "").utf8))
        let mistakes = SchemaCheck.mistakes(of: example, in: name)
        #expect(mistakes.isEmpty, "run scripts/generate-examples.py again: \(mistakes)")
        let schema = try #require(Schemas.all[name], "there is no schema \(name)")
        #expect(schema.hasPrefix("{\"examples\""))
        // This reader, like any strict one, would refuse a second member of the same name.
        var reader = JSONReader(Array(schema.utf8))
        try reader.skip()
        try reader.finish()
    }

    @Test("the example of an order adds up, and its payment, its parcel and its return are about it")
    func examplesAddUp() throws {
        func example(_ name: String) throws -> [String: Any] {
            let data = Data((Schemas.examples[name] ?? "").utf8)
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any], "\(name)")
        }
        func amount(_ money: Any?) -> Int? { (money as? [String: Any])?["amount"] as? Int }
        let order = try example("Order")
        let lines = try #require(order["lines"] as? [[String: Any]])
        for line in lines {
            let (quantity, unit) = (line["quantity"] as? Int ?? 0, amount(line["unitPrice"]) ?? 0)
            #expect(amount(line["total"]) == quantity * unit)
        }
        #expect(amount(order["total"]) == lines.reduce(0) { $0 + (amount($1["total"]) ?? 0) })
        let id = try #require(order["id"] as? String)
        for name in ["PlacedOrder"] { #expect(try example(name)["id"] as? String == id) }
        for name in ["Payment", "Shipment", "Return"] {
            #expect(try example(name)["order"] as? String == id, "\(name)")
        }
        #expect(amount(try example("Payment")["amount"]) == amount(order["total"]))
        #expect(amount(try example("Quote")["total"]) == amount(order["total"]))
    }

    @Test("the examples of the inputs are read")
    func examples() throws {
        try read("ProductInput") { (json) throws(JSONError) in
            _ = try json.product(sku: SKU("85123A"))
        }
        try read("ProductPatch") { (json) throws(JSONError) in
            _ = try json.productPatch(sku: SKU("85123A"))
        }
        try read("ProductGroupPatch") { (json) throws(JSONError) in
            _ = try json.groupPatch()
        }
        try read("OrderFromLines") { (json) throws(JSONError) in
            _ = try OrderRequest(from: &json)
        }
        try read("CartLineInput") { (json) throws(JSONError) in
            _ = try json.cartLine()
        }
    }

    private func read(_ name: String, _ body: (inout JSONReader) throws(JSONError) -> Void) throws {
        let schema = try JSONSerialization.jsonObject(with: Data((Schemas.all[name] ?? "").utf8))
        let examples = try #require((schema as? [String: Any])?["examples"] as? [Any])
        for example in examples {
            var reader = JSONReader(Array(try JSONSerialization.data(withJSONObject: example)))
            try body(&reader)
            try reader.finish()
        }
    }

    @Test("lengths count characters, whatever their bytes")
    func lengths() throws {
        var fits = JSONReader(Array("\"\(String(repeating: "😀", count: Bounds.name))\"".utf8))
        #expect(try fits.text(Bounds.name).unicodeScalars.count == Bounds.name)
        var tooLong = JSONReader(Array("\"\(String(repeating: "é", count: Bounds.name + 1))\"".utf8))
        #expect(throws: JSONError.self) { try tooLong.text(Bounds.name) }
        // Each is one character on screen but two Unicode scalars.
        let combined = String(repeating: "e\u{301}", count: Bounds.name / 2 + 1)
        var scalars = JSONReader(Array("\"\(combined)\"".utf8))
        #expect(throws: JSONError.self) { try scalars.text(Bounds.name) }
    }

    @Test(
        "an e-mail address has one @ with something on either side",
        arguments: [
            ("ann@example.com", true), ("ann@\u{301}example.com", true), ("@b", false), ("a@", false), ("a@b@c", false),
            ("a b@c", false), ("a@b\u{7F}", false), ("ä@ö", true),
        ]
    )
    func email(text: String, isRead: Bool) throws {
        let bytes = try JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)
        var reader = JSONReader(Array(bytes))
        if isRead {
            #expect(try reader.email() == text)
        } else {
            #expect(throws: JSONError.self) { try reader.email() }
        }
    }
}
