import Client
import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// Catalogue imports by the command, each into its own server.
    @Suite struct CatalogueImportTests {
        private static let full = """
            {"name":"Mug","prices":[{"amount":255,"currency":"GBP"},{"amount":300,"currency":"EUR"}],\
            "description":"A mug","group":"MUGS","options":{"size":"L"},"categories":["kitchen/mugs"],"active":false,\
            "tracked":false,"grams":340,"metadata":{"origin":"UK","hs":"6912"}}
            """

        @Test("an import changes what its columns name and leaves all else of a product", .timeLimit(.minutes(1)))
        func absentIsNoValue() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in
                    try await #require(client.put("/v1/products/MUG", Self.full).status == 201)
                    let report = try await Self.importing(
                        "sku,name,price,currency\nMUG,Mug no. 2,2.95,GBP\nNEW,New,1,GBP\nLESS,,1,GBP\n",
                        shop,
                        server
                    )
                    #expect(
                        report.status == 1
                            && report.output.contains("3 rows: 1 created, 1 updated, 0 unchanged, 1 rejected")
                    )
                    #expect(report.output.contains("line 4: LESS: /name the product is new"), "\(report.output)")
                    let changed = Self.full.replacing("\"Mug\"", with: "\"Mug no. 2\"").replacing("255", with: "295")
                    #expect(try await Self.members(client, "/v1/products/MUG").isSuperset(of: Self.members(changed)))
                    // A blank cell changes nothing; a cell with NULL clears the value.
                    let clearing = try await Self.importing(
                        "sku,name,price,currency,description,grams,option:size,metadata:hs,active\nMUG,,NULL,EUR,,NULL,,NULL,\n",
                        shop,
                        server
                    )
                    #expect(clearing.status == 0)
                    let product = try await Self.members(client, "/v1/products/MUG")
                    #expect(
                        product.isSuperset(of: [
                            #""description":"A mug""#, #""options":{"size":"L"}"#, #""active":false"#,
                        ])
                    )
                    #expect(
                        product.contains(#""metadata":{"origin":"UK"}"#)
                            && !product.contains { $0.hasPrefix("\"grams\"") }
                    )
                    #expect(
                        product.contains { $0.hasPrefix("\"prices\"") && $0.contains("295") && !$0.contains("EUR") }
                    )
                    // A second import of the same file changes nothing, not even the version.
                    let again = try await Self.importing("sku,name,metadata:origin\nMUG,Mug no. 2,UK\n", shop, server)
                    #expect(again.status == 0 && again.output.contains("0 created, 0 updated, 1 unchanged"))
                }
            }
        }

        @Test("opening stock passes over what is not tracked, and says so", .timeLimit(.minutes(1)))
        func openingStock() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in
                    let text = "sku,name,price,tracked\nA,a,1,yes\nB,b,1,no\nC,c,1,\nD,d,1,no\n"
                    let report = try await Self.importing(Data(text.utf8), shop, server, ["--stock", "7"])
                    #expect(report.status == 0, "\(report.errors)")
                    #expect(
                        report.output.contains(
                            "4 rows: 4 created, 0 updated, 0 unchanged, 0 rejected; 2 given opening stock"
                        )
                    )
                    #expect(report.output.contains("2 left out of it, since no stock is kept of them"))
                    for (sku, units) in [("A", 7), ("B", 0), ("C", 7), ("D", 0)] {
                        #expect(
                            try await Self.members(client, "/v1/stock/\(sku)").contains("\"onHand\":\(units)"),
                            "\(sku)"
                        )
                    }
                    let refused = try await Self.importing(
                        Data("sku,name,price\nE,e,1\nF,f,1\n".utf8),
                        shop,
                        server,
                        ["--stock", "9000000000000000000"]
                    )
                    #expect(refused.status == 1 && refused.output.contains("E: no opening stock: 422"), "\(refused)")
                    #expect(
                        refused.output.contains("2 rows: 2 created, 0 updated, 0 unchanged, 0 rejected; 2 refused it")
                    )
                }
            }
        }

        @Test("a merge patch changes what it names, of the version that it was made for", .timeLimit(.minutes(1)))
        func patches() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in
                    func patch(
                        _ path: String,
                        _ body: String,
                        _ type: String = "application/merge-patch+json"
                    ) async throws
                        -> ClientResponse
                    {
                        let request = ClientRequest(.PATCH, path, body: Array(body.utf8), contentType: type)
                        return try await client.http.send(request)
                    }
                    try await #require(client.put("/v1/products/MUG", Self.full).status == 201)
                    #expect(try await patch("/v1/products/NONE", "{}").status == 404)
                    #expect(try await patch("/v1/products/MUG", "{}").headers.first(name: "etag") == "\"1\"")
                    let body = """
                        {"description":null,"group":null,"grams":null,"options":null,"metadata":{"hs":null,"x":"y"},\
                        "priceChanges":{"EUR":null,"USD":333},"active":true}
                        """
                    let answer = try await patch("/v1/products/MUG", body, "application/json")
                    #expect(answer.status == 200 && answer.headers.first(name: "etag") == "\"2\"")
                    let product = try await Self.members(client, "/v1/products/MUG")
                    #expect(
                        product.isSuperset(of: [
                            #""name":"Mug""#, #""description":"""#, #""options":{}"#,
                            #""metadata":{"origin":"UK","x":"y"}"#,
                            #""categories":["kitchen\/mugs"]"#, #""active":true"#, #""tracked":false"#,
                            #""prices":[{"amount":255,"currency":"GBP"},{"amount":333,"currency":"USD"}]"#,
                        ]),
                        "\(product)"
                    )
                    for (bad, pointer) in [
                        (#"{"name":null}"#, "/name"), (#"{"active":null}"#, "/active"), (#"{"sku":"OTHER"}"#, "/sku"),
                        (#"{"priceChanges":{"XXX":1}}"#, "/priceChanges/XXX"), (#"{"colour":"red"}"#, "/colour"),
                        (#"{"prices":null}"#, "/prices"), (#"{"metadata":{"":"x"}}"#, "/metadata/"),
                    ] {
                        let refused = try await patch("/v1/products/MUG", bad)
                        #expect(refused.status == 422 && refused.problem?.errors?.first?.pointer == pointer, "\(bad)")
                    }
                    let many = (0..<60).map { "\"m\($0)\":\"x\"" }
                    #expect(
                        try await patch(
                            "/v1/products/MUG",
                            "{\"metadata\":{\(many.prefix(40).joined(separator: ","))}}"
                        ).status == 200
                    )
                    let over = try await patch(
                        "/v1/products/MUG",
                        "{\"metadata\":{\(many.suffix(20).joined(separator: ","))}}"
                    )
                    #expect(over.status == 422 && over.problem?.errors?.first?.pointer == "/metadata")
                    try await Self.patchOthers(client, patch)
                }
            }
        }

        private static func patchOthers(
            _ client: ShopClient,
            _ patch: (String, String, String) async throws -> ClientResponse
        ) async throws {
            let type = "application/merge-patch+json"
            _ = try await client.put(
                "/v1/groups/G",
                #"{"name":"g","description":"d","options":["o"],"metadata":{"a":"b"}}"#
            )
            #expect(try await patch("/v1/groups/G", #"{"name":"h"}"#, type).status == 200)
            #expect(
                try await members(client, "/v1/groups/G").isSuperset(of: [
                    #""name":"h""#, #""description":"d""#, #""options":["o"]"#, #""metadata":{"a":"b"}"#,
                    #""version":2"#,
                ])
            )
            #expect(try await patch("/v1/groups/NONE", "{}", type).status == 404)
            _ = try await client.put("/v1/locations/north", #"{"name":"North","priority":7,"active":false}"#)
            #expect(try await patch("/v1/locations/north", #"{"name":"Far north"}"#, type).status == 200)
            #expect(
                try await members(client, "/v1/locations/north").isSuperset(of: [
                    #""name":"Far north""#, #""priority":7"#, #""active":false"#,
                ])
            )
            let customer = #"{"email":"a@example.com","name":"A","addresses":[{"city":"Leeds"}],"metadata":{"a":"b"}}"#
            let made = try await client.post("/v1/customers", customer)
            let id = try #require(
                (try JSONSerialization.jsonObject(with: Data(made.body)) as? [String: Any])?["id"] as? String
            )
            #expect(
                try await patch("/v1/customers/\(id)", #"{"name":null,"phone":"1","metadata":{"c":"d"}}"#, type).status
                    == 200
            )
            let changed = try await members(client, "/v1/customers/\(id)")
            #expect(
                changed.isSuperset(of: [
                    #""email":"a@example.com""#, #""phone":"1""#, #""addresses":[{"city":"Leeds"}]"#,
                    #""metadata":{"a":"b","c":"d"}"#,
                ])
            )
            #expect(!changed.contains { $0.hasPrefix("\"name\"") })
        }

        @Test(
            "600 rows of long text in another encoding are imported whole, without a word about sizes",
            .timeLimit(.minutes(2))
        )
        func longTexts() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                let words = String(repeating: "“long” – text ", count: 600)
                let rows = (0..<600).map { "S\($0);Name – \($0);1.00;\"\(words)\r\nsecond line\"" }
                let text = (["sku;name;price;description"] + rows).joined(separator: "\r\n")
                let bytes = try #require(text.data(using: .windowsCP1252))
                let refused = try await Self.importing(bytes, shop, server)
                #expect(refused.status != 0 && refused.errors.contains("--encoding windows-1252"), "\(refused.errors)")
                let done = try await Self.importing(bytes, shop, server, ["--encoding", "windows-1252"])
                #expect(
                    done.status == 0 && done.output.contains("600 rows: 600 created"),
                    "\(done.output)\(done.errors)"
                )
                try await shop.withClient(of: server) { client in
                    let body = try await client.get("/v1/products/S599").body
                    let product = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
                    #expect(product["name"] as? String == "Name – 599")
                    #expect(product["description"] as? String == words + "\r\nsecond line")
                }
            }
        }

        @Test(
            "a line of a gigabyte in a megabyte of gzip is refused with its bound, in little memory",
            .timeLimit(.minutes(2)),
            arguments: ["import", "replay"]
        )
        func bomb(_ command: String) async throws {
            try await withShop(hasKey: false) { shop in
                let path = shop.directory + "/bomb.gz"
                let pack = try ChildProcess(
                    ["/bin/sh", "-c", "head -c 1000000000 /dev/zero | tr '\\0' 'x' | gzip -1 > \(path)"],
                    writingTo: shop.nextName()
                )
                #expect(try await pack.end(within: .seconds(60)) == 0)
                let arguments = [ServerProcess.program, command, path, "--key", "k", "--url", "http://127.0.0.1:1"]
                let child = try ChildProcess(arguments, writingTo: shop.nextName())
                var most = 0
                while child.exitStatus == nil {
                    most = max(most, Self.residentKilobytes(child.pid))
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(child.exitStatus != 0)
                #expect(child.errors.contains("line 1 is longer than 4194304 bytes"), "\(child.errors)")
                #expect(most < 150_000, "\(most) kB")
            }
        }

        @Test("a replay that reads nothing, or not all, is a failure", .timeLimit(.minutes(1)))
        func replays() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r"
                let row = "1,A,a,5,2010-12-01 08:26:00,1.00,7,UK\r"
                #expect(try await Self.run("replay", header, shop, server).status != 0)
                let carriageReturns = try await Self.run("replay", header + row, shop, server)
                #expect(carriageReturns.status == 0 && carriageReturns.output.contains("RECONCILED: 1 rows"))
                let comma = try await Self.run("replay", header + row.replacing("1.00", with: "\"1,00\""), shop, server)
                #expect(comma.status == 1 && comma.output.contains("1 of 1 rows could not be read"))
                for other in ["2,ünï,a,1,2010-12-01 08:26:00,1.00,7,UK\r", "2,A,a,1,soon,1.00,7,UK\r"] {
                    let replay = try await Self.run("replay", header + row + other, shop, server, ["--speed", "1e9"])
                    #expect(replay.status == 1 && replay.output.contains("NOT RECONCILED: 1 "), "\(replay.output)")
                }
                let trifle = try await Self.run(
                    "replay",
                    header + row + "2,A,a,1,2010-12-01 08:26:00,0.001,7,UK\r",
                    shop,
                    server
                )
                #expect(trifle.status == 0 && trifle.output.contains("no difference but 1 rows"), "\(trifle.output)")
                for options in [["--currency", "JPY"], ["--tail", "nan"], ["--tail", "1e300"], ["--speed", "inf"]] {
                    #expect(try await Self.run("replay", header + row, shop, server, options).status != 0, "\(options)")
                }
            }
        }

        // MARK: Help

        private struct Outcome {
            var status: Int32
            var output: String
            var errors: String
        }

        private static func importing(
            _ text: String,
            _ shop: TestShop,
            _ server: ServerProcess
        ) async throws -> Outcome {
            try await run("import", text, shop, server)
        }

        private static func importing(
            _ bytes: Data,
            _ shop: TestShop,
            _ server: ServerProcess,
            _ options: [String] = []
        ) async throws -> Outcome {
            try await run("import", bytes, shop, server, options)
        }

        private static func run(
            _ command: String,
            _ text: String,
            _ shop: TestShop,
            _ server: ServerProcess,
            _ options: [String] = []
        ) async throws -> Outcome {
            try await run(command, Data(text.utf8), shop, server, options)
        }

        private static func run(
            _ command: String,
            _ bytes: Data,
            _ shop: TestShop,
            _ server: ServerProcess,
            _ options: [String]
        ) async throws -> Outcome {
            let path = shop.nextName() + ".csv"
            try bytes.write(to: URL(fileURLWithPath: path))
            let child = try await shop.run(
                [command, path, "--key", shop.key, "--url", server.url] + options,
                within: .seconds(60)
            )
            return Outcome(status: child.exitStatus ?? -1, output: child.output, errors: child.errors)
        }

        /// The members of a document, each as JSON with its keys sorted.
        private static func members(_ client: ShopClient, _ path: String) async throws -> Set<String> {
            try members(String(decoding: try await client.get(path).body, as: UTF8.self))
        }

        private static func members(_ json: String) throws -> Set<String> {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
            return try Set(
                object.map { name, value in
                    let bytes = try JSONSerialization.data(
                        withJSONObject: value,
                        options: [.sortedKeys, .fragmentsAllowed]
                    )
                    return "\"\(name)\":\(String(decoding: bytes, as: UTF8.self))"
                }
            )
        }

        private static func residentKilobytes(_ pid: pid_t) -> Int {
            guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
            else { return 0 }
            return Int(line.split(whereSeparator: \.isWhitespace).dropLast().last ?? "") ?? 0
        }
    }
}
