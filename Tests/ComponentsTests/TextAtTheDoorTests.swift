import API
import HTTPTypes
import Testing

@Suite("Text at the door", .timeLimit(.minutes(1)))
struct TextAtTheDoorTests {
    private static let composed = "zo\u{EB}@example.com"
    private static let decomposed = "zoe\u{308}@example.com"

    @Test("of two customers at once whose addresses differ in form only, one is put on file")
    func race() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for email in [Self.composed, Self.decomposed, #"zoe\u0308@EXAMPLE.com"#, "ZOE\u{308}@example.com"] {
                    group.addTask { try await client.send(.post, "/v1/customers", #"{"email":"\#(email)"}"#).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 409, 409, 409])
        }
    }

    @Test("a customer is found by the address in any form and case, answered in the normal form, and gone once erased")
    func lookup() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            let put = try await client.send(
                .post,
                "/v1/customers",
                "{\"email\":\"\(Self.decomposed)\",\"reference\":\"re\u{301}f\",\"metadata\":{\"e\u{301}\":\"e\u{301}\"}}"
            )
            #expect(put["metadata", "\u{E9}"].map { Array($0.utf8) } == Array("\u{E9}".utf8))
            let id = try #require(put["id"])
            let queries = [
                "email=zo%C3%AB@example.com", "email=zoe%CC%88@example.com", "email=ZOE%CC%88@example.com",
                "reference=r%C3%A9f", "reference=re%CC%81f",
            ]
            for query in queries {
                #expect(try await client.send(.get, "/v1/customers?\(query)")["items", "0", "id"] == id, "\(query)")
            }
            #expect(try await client.send(.post, "/v1/customers/\(id)/erase").status == 200)
            for query in queries {
                #expect(try await client.send(.get, "/v1/customers?\(query)")["items", "0", "id"] == nil, "\(query)")
            }
        }
    }

    @Test("categories that are one stand once, without white space at their ends")
    func categories() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            let categories = #"["Caf\u00e9","Cafe\u0301"," Caf\u00e9\u00a0","mugs","mugs"]"#
            let body = #"{"name":"A","prices":[{"amount":100,"currency":"GBP"}],"categories":\#(categories)}"#
            for (method, type) in [
                (HTTPRequest.Method.put, "application/json"), (.patch, "application/merge-patch+json"),
            ] {
                let headers = [PaymentShop.authorization, (HTTPField.Name.contentType, type)]
                let answer = try await client.send(method, "/v1/products/A", body, headers)
                #expect(answer["categories", "0"].map { Array($0.utf8) } == Array("Caf\u{E9}".utf8), "\(method)")
                #expect(answer["categories", "1"] == "mugs")
                #expect(answer["categories", "2"] == nil)
            }
        }
    }

    @Test("a name of an emoji that is joined of several stays as it is")
    func joined() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            let name = "👩\u{200D}🚀 \u{2764}\u{FE0F}"
            let body = #"{"name":"\#(name)","prices":[{"amount":100,"currency":"GBP"}]}"#
            let answer = try await client.send(.put, "/v1/products/A", body)
            #expect(answer["name"] == name)
        }
    }

    @Test("control characters in a query are refused, and its place is told")
    func query() async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            for text in ["%00", "a%0D%0Ab", "%1B%5B2J", "%C2%9B", "%E2%80%AE", "%EF%BF%BF"] {
                let answer = try await client.send(.get, "/v1/products?q=\(text)")
                #expect(answer.status == 400, "\(text)")
                #expect(answer["errors", "0", "pointer"] == "query:q")
            }
        }
    }

    @Test(
        "a body with a coding is 415 and says what is taken; identity is none",
        arguments: [
            ("gzip", 415), ("GZIP", 415), ("br", 415), ("x-unknown", 415), ("identity, gzip", 415), ("Identity", 201),
        ]
    )
    func coding(_ coding: String, _ status: Int) async throws {
        let shop = try await PaymentShop([])
        try await shop.run(working: false) { client in
            let answer = try await client.send(
                .post,
                "/v1/customers",
                #"{"email":"a@b"}"#,
                [PaymentShop.authorization, (.contentEncoding, coding)]
            )
            #expect(answer.status == status)
            guard status == 415 else { return }
            #expect(answer["code"] == "unsupported_content_encoding")
            #expect(answer.headers[.acceptEncoding] == "identity")
        }
    }
}
