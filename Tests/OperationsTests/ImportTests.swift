import Testing

@testable import Operations

@Suite("Import")
struct ImportTests {
    private func file(_ text: String, currency: String = "GBP") throws -> CatalogueFile {
        try CatalogueFile(Array(text.utf8), format: nil, currency: currency)
    }

    private func bodies(_ file: CatalogueFile) -> [String] {
        file.lines.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test("a CSV row becomes a product with everything that its columns say")
    func wholeRow() throws {
        let text = """
            SKU,name,price_GBP,price_JPY,description,categories,active,group,option:size,metadata:origin
            A-1,"Cup, blue",2.55,300,"A ""good"" cup",home/kitchen; gifts,yes,cups,L,UK
            """
        let expected = """
            {"sku":"A-1","name":"Cup, blue","prices":[{"amount":255,"currency":"GBP"},{"amount":300,"currency":"JPY"}],\
            "description":"A \\"good\\" cup","group":"cups","categories":["home/kitchen","gifts"],\
            "options":{"size":"L"},"metadata":{"origin":"UK"},"active":true}
            """
        #expect(bodies(try file(text)) == [expected])
    }

    @Test("a row's own currency goes before the default, and decides the decimals")
    func currencies() throws {
        let read = try file("sku,name,price,currency\nA,a,1.5,KWD\nB,b,2,\n", currency: "EUR")
        #expect(bodies(read)[0].contains("{\"amount\":1500,\"currency\":\"KWD\"}"))
        #expect(bodies(read)[1].contains("{\"amount\":200,\"currency\":\"EUR\"}"))
    }

    @Test(
        "a bad row is reported with its line and reason, and its neighbours land",
        arguments: [
            ("X,x", "2 fields where the header has 3"),
            (",x,1", "there is no sku"),
            ("X,,1", "there is no name"),
            ("X,x,", "there is no price"),
            ("X,x,cheap", "price cheap cannot be read"),
            ("X,x,-1", "price -1 cannot be read"),
            ("X,x,1.005", "price 1.005 has more decimals than GBP"),
            ("X,\"x\"y,1", "text follows a closing quote"),
        ]
    )
    func badRow(_ row: String, _ reason: String) throws {
        let read = try file("sku,name,price\nA,a,1\n\(row)\nB,b,2\n")
        #expect(read.rejections.map(\.line) == [3])
        #expect(read.rejections.map(\.reason) == [reason])
        #expect(read.lines.map(\.sku) == ["A", "B"])
        #expect(read.lines.map(\.line) == [2, 4])
    }

    @Test("a header that lacks or does not know a column is refused")
    func header() {
        #expect(throws: CatalogueImportError.self) { try file("sku,name\nA,a\n") }
        #expect(throws: CatalogueImportError.self) { try file("sku,name,price,colour\nA,a,1,red\n") }
        #expect(throws: CatalogueImportError.self) { try file("\n \n") }
    }

    @Test("lines of JSON are told from CSV, passed on as they are, and refused one by one")
    func ndjson() throws {
        let read = try file("{\"sku\":\"A\",\"name\":\"a\"}\r\n\n{\"sku\":\n{\"sku\":\"B\"}")
        #expect(bodies(read) == ["{\"sku\":\"A\",\"name\":\"a\"}", "{\"sku\":\"B\"}"])
        #expect(read.lines.map(\.line) == [1, 4])
        #expect(read.rejections.map(\.line) == [3])
    }

    @Test("what the server rejects is reported by the line of the file")
    func serverRejections() throws {
        let read = try file("sku,name,price\n\nA,a,1\nB,b,2\n")
        var report = CatalogueImportReport(rows: read.rows, rejections: read.rejections)
        var answer = ImportAnswer()
        answer.created = 1
        answer.rejected = [.init(line: 2, detail: "is too long", pointer: "/sku")]
        report.add(answer, to: read.lines[...])
        #expect(report.rejections == [CatalogueRejection(line: 4, sku: "B", reason: "/sku is too long")])
        #expect(report.exitCode == 1)
        #expect(report.text == "line 4: B: /sku is too long\n2 rows: 1 created, 0 updated, 0 unchanged, 1 rejected\n")
    }
}
