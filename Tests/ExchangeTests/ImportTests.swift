import Foundation
import Testing

@testable import Client
@testable import Exchange
@testable import ForeignFiles

@Suite("Import")
struct ImportTests {
    /// A file's rows: those that would be sent and those that would not.
    struct Read {
        var lines: [CatalogueLine] = []
        var rejections: [CatalogueRejection] = []
        var bodies: [String] { lines.map { String(decoding: $0.body, as: UTF8.self) } }
    }

    private func read(_ bytes: [UInt8], _ change: (inout CatalogueImportOptions) -> Void = { _ in }) throws -> Read {
        var options = CatalogueImportOptions(path: "", url: "", key: nil)
        change(&options)
        let reader = try CatalogueReader(try SourceDecoder(SourceStream(bytes), encoding: options.encoding), options)
        var read = Read()
        while let item = try reader.next() {
            switch item {
            case .line(let line): read.lines.append(line)
            case .rejected(let rejection): read.rejections.append(rejection)
            }
        }
        return read
    }

    private func read(_ text: String, _ change: (inout CatalogueImportOptions) -> Void = { _ in }) throws -> Read {
        try read(Array(text.utf8), change)
    }

    @Test("a CSV row becomes a patch with everything that its columns say")
    func wholeRow() throws {
        let text = """
            SKU,name,price_GBP,price_JPY,description,categories,active,grams,group,option:size,metadata:origin
            A-1,"Cup, blue",2.55,300,"A ""good"" cup",home/kitchen; gifts,yes,340,cups,L,UK
            """
        let expected = """
            {"sku":"A-1","name":"Cup, blue","description":"A \\"good\\" cup","group":"cups",\
            "categories":["home/kitchen","gifts"],"active":true,"grams":340,\
            "options":{"size":"L"},"metadata":{"origin":"UK"},"priceChanges":{"GBP":255,"JPY":300}}
            """
        #expect(try read(text).bodies == [expected])
    }

    @Test("a column that is not there and a cell that is blank say nothing")
    func absent() throws {
        #expect(
            try read("sku,name,price,currency\nA,a,1,EUR\n").bodies
                == [#"{"sku":"A","name":"a","priceChanges":{"EUR":100}}"#]
        )
        let blank = """
            sku,name,price,price_JPY,currency,description,categories,active,tracked,grams,group,option:size,metadata:origin
            A,,,, ,,,,,,,,
            """
        #expect(try read(blank).bodies == [#"{"sku":"A"}"#])
    }

    @Test("a cell that says so clears, and a name, a flag and a SKU cannot be cleared")
    func clearing() throws {
        let text = """
            sku,price,price_JPY,description,categories,grams,group,option:size,metadata:origin
            A,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL
            """
        let expected = """
            {"sku":"A","description":null,"group":null,"categories":null,"grams":null,\
            "options":{"size":null},"metadata":{"origin":null},"priceChanges":{"GBP":null,"JPY":null}}
            """
        #expect(try read(text).bodies == [expected])
        #expect(try read("sku,description\nA,-\n") { $0.clearing = "-" }.bodies == [#"{"sku":"A","description":null}"#])
        #expect(try read("sku,description\nA,-\n").bodies == [#"{"sku":"A","description":"-"}"#])
        let refused = try read("sku,name,active\nA,NULL,\nB,,NULL\nNULL,x,\n").rejections.map(\.reason)
        #expect(refused == ["a name cannot be cleared", "active cannot be cleared", "there is no sku"])
    }

    @Test("a row's own currency goes before the default, and decides the decimals")
    func currencies() throws {
        let read = try read("sku,name,price,currency\nA,a,1.5,kwd\nB,b,2,\n") { $0.currency = "EUR" }
        #expect(read.bodies[0].contains(#""priceChanges":{"KWD":1500}"#))
        #expect(read.bodies[1].contains(#""priceChanges":{"EUR":200}"#))
    }

    @Test(
        "a price that can be read in two ways is refused with its line and what is expected",
        arguments: [
            ("10.000", "CLP", "more decimals than CLP, which has 0; 1250 is expected"),
            ("150.000", "VND", "more decimals than VND, which has 0; 1250 is expected"),
            ("10.0", "JPY", "more decimals than JPY, which has 0; 1250 is expected"),
            ("1.000", "EUR", "more decimals than EUR, which has 2; 1250.50 is expected"),
            ("1.0000", "KWD", "more decimals than KWD, which has 3; 1250.500 is expected"),
            ("2.555", "GBP", "more decimals than GBP"), ("1,000", "EUR", "1250.50 is expected"),
            ("12,50", "EUR", "with --decimal-mark comma a comma is the decimal mark"),
            ("1.250,50", "EUR", "cannot be read"),
            ("1 250", "EUR", "cannot be read"), ("1'250", "CHF", "cannot be read"), ("£5", "GBP", "cannot be read"),
            ("5 EUR", "EUR", "cannot be read"), ("１２", "EUR", "cannot be read"), ("1e3", "EUR", "cannot be read"),
            ("1E+03", "EUR", "cannot be read"), ("+5", "EUR", "cannot be read"), (".5", "EUR", "cannot be read"),
            ("5.", "EUR", "cannot be read"), ("1.2.3", "EUR", "cannot be read"), ("cheap", "EUR", "cannot be read"),
            ("-1", "EUR", "-1 is below zero"), ("99999999999999999999", "EUR", "more than an amount can be"),
            ("0x10", "EUR", "cannot be read"), ("1_000", "EUR", "cannot be read"), ("∞", "EUR", "cannot be read"),
        ]
    )
    func ambiguousPrices(_ price: String, _ currency: String, _ reason: String) throws {
        let read = try read("sku,name,price,currency\nA,a,\"\(price)\",\(currency)\nB,b,1,GBP\n")
        #expect(read.rejections.map(\.line) == [2])
        #expect(read.rejections.first?.reason.contains(reason) == true, "\(read.rejections)")
        #expect(read.lines.map(\.sku) == ["B"])
    }

    @Test(
        "where the comma is said to be the decimal mark, thousands are read between whichever marks",
        arguments: [
            ("12,50", 1250), ("1.250,50", 125_050), ("1 250", 125_000), ("1'234'567,8", 123_456_780),
            ("10.000", 1_000_000), ("0.250,00", nil), ("0.250", nil), ("00.250", nil), ("0,25", 25),
            ("7", 700), ("12.50", nil), ("1.25.000", nil), ("1,000", nil), ("1.000 000", nil), ("1,5,0", nil),
            ("1.2500", nil),
        ] as [(String, Int?)]
    )
    func decimalComma(_ price: String, _ amount: Int?) throws {
        let read = try read("sku;price\nA;\(price)\n") { options in
            options.decimalMark = .comma
            options.currency = "EUR"
        }
        #expect(read.bodies.first == amount.map { #"{"sku":"A","priceChanges":{"EUR":\#($0)}}"# })
        #expect(read.rejections.count == (amount == nil ? 1 : 0))
    }

    @Test(
        "a bad row is reported with its line and reason, and its neighbours land",
        arguments: [
            ("X,x", "2 fields where the header has 3"), ("X,x,1,2", "4 fields where the header has 3"),
            (",x,1", "there is no sku"), ("X,\"x\"y,1", "text follows a closing quote"),
            ("X,x\u{0},1", "a field holds the character U+0000; is the file UTF-16? then say --encoding utf-16"),
            ("4.00638E+12,x,1", "4.00638E+12 is a number that a spreadsheet has shortened; format its column as text"),
            ("A,x,1", "the sku is on line 2 already; that row stands"),
        ]
    )
    func badRow(_ row: String, _ reason: String) throws {
        let read = try read("sku,name,price\nA,a,1\n\(row)\nB,b,2\n")
        #expect(read.rejections.map(\.line) == [3])
        #expect(read.rejections.map(\.reason) == [reason])
        #expect(read.lines.map(\.sku) == ["A", "B"])
        #expect(read.lines.map(\.line) == [2, 4])
    }

    @Test("a category that is named again is one, and so is a column")
    func doubles() throws {
        #expect(try read("sku,categories\nA,a;b|c; ;a| b\n").bodies == [#"{"sku":"A","categories":["a","b","c"]}"#])
        for header in ["metadata:a,metadata: a", "option:Größe,option: Gro\u{308}ße ", "price_EUR,PRICE_eur"] {
            #expect(throws: CatalogueImportError.self, "\(header)") { try read("sku,\(header)\nA,1,2\n") }
        }
        #expect(try read("sku,metadata: a \nA,x\n").bodies == [#"{"sku":"A","metadata":{"a":"x"}}"#])
    }

    @Test(
        "a quote that may have taken in other lines makes no rows of them",
        arguments: ["A,\"a,1\nB,b,2\n", "A,\"a,1\nB,\"b\",2\n", "A,a,1\nB,b,\"2"]
    )
    func adrift(_ rows: String) throws {
        #expect(throws: CatalogueImportError.self) { try read("sku,name,price\n" + rows) }
    }

    @Test("whole grams are read, and nothing that may be another unit")
    func grams() throws {
        let read = try read("sku,grams\nA,340\nB,1.000\nC,340 g\nD,0.5\nE,-1\nF,+5\n")
        #expect(read.bodies == [#"{"sku":"A","grams":340}"#])
        #expect(read.rejections.map(\.line) == [3, 4, 5, 6, 7])
        #expect(Set(read.rejections.map(\.kind)) == ["grams cannot be read"])
    }

    @Test("line breaks and tabs in quoted cells are kept")
    func lineBreaks() throws {
        let read = try read("sku,description\r\nA,\"one\ntwo\r\n\tthree\"\r\n")
        #expect(read.bodies == [#"{"sku":"A","description":"one\ntwo\r\n\tthree"}"#])
    }

    @Test("columns without a name are passed over while they are empty, and so are rows of separators")
    func namelessColumns() throws {
        let read = try read("\u{FEFF} SKU ;Name; ;price;;\nA ;a;;1\n;;;;;\nB;b;;2;;\nC;c;x;3;;\nD;d;;4;;;5\n")
        #expect(read.lines.map(\.sku) == ["A", "B"])
        #expect(
            read.rejections.map(\.reason) == [
                "column 3 has a value, and no name in the header", "7 fields where the header has 6",
            ]
        )
    }

    @Test(
        "a header that does not do is refused with what is expected",
        arguments: [
            ("name,price\nA,1\n", "lacks sku"), ("sku\nA\n", "no column beside sku"),
            ("sku,name,price,Name\n", "columns 2 and 4 of the header are both name"),
            ("sku,category,categories\n", "both categories"), ("sku,price_eur,PRICE_EUR\n", "both price_EUR"),
            ("sku,currency\n", "a currency without a price"), ("sku,nmae\n", "nmae (did you mean name?)"),
            ("Variant SKU,name\n", "Variant SKU (did you mean sku?)"),
            ("sku,descripton\n", "did you mean description?"),
            ("sku,colour\n", "Expected: the header names columns of sku, name, price"), ("\n \n", "the file is empty"),
            ("[{\"sku\":\"A\"}]", "one product a line"),
        ]
    )
    func header(_ text: String, _ words: String) {
        do {
            _ = try read(text)
            Issue.record("it was read")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }

    @Test("lines of JSON are told from CSV, passed on as they are, and refused one by one")
    func ndjson() throws {
        let read = try read(
            "{\"sku\":\"A\",\"name\":\"a\"}\r\n\n{\"sku\":\n{\"sku\":\"B\"}\n{\"sku\":\"A\"}\n{\"name\":\"x\"}"
        )
        #expect(read.bodies == ["{\"sku\":\"A\",\"name\":\"a\"}", "{\"sku\":\"B\"}"])
        #expect(read.lines.map(\.line) == [1, 4])
        #expect(read.rejections.map(\.line) == [3, 5, 6])
        #expect(read.rejections[1].reason == "the sku is on line 1 already; that row stands")
    }

    @Test("what the server rejects is reported by the line of the file, and counted by reason")
    func serverRejections() throws {
        let read = try read("sku,name,price\n\nA,a,1\nB,b,2\n")
        var report = CatalogueImportReport(rows: 2, rejected: RejectedRows())
        var answer = ImportAnswer()
        answer.created = 1
        answer.rejected = [.init(line: 2, detail: "/sku: is too long", pointer: "/sku")]
        report.add(answer, to: read.lines)
        #expect(report.rejected.kept.map(\.line) == [4])
        #expect(report.exitCode == 1)
        #expect(report.text == "line 4: B: /sku is too long\n2 rows: 1 created, 0 updated, 0 unchanged, 1 rejected\n")
        report.rejected.add(CatalogueRejection(line: 5, sku: "", reason: "r 5", kind: "r"))
        report.rejected.add(CatalogueRejection(line: 6, sku: "", reason: "r 6", kind: "r"))
        #expect(report.rejected.reasons.map(\.kind) == ["r", "/sku is too long"])
        #expect(report.text.contains("2 rejected: r\n1 rejected: /sku is too long\n"))
    }

    @Test("rows that nothing was said of, and no rows at all, are no success")
    func nothingSaid() {
        var report = CatalogueImportReport(rows: 2, rejected: RejectedRows())
        report.created = 1
        #expect(report.unaccounted == 1 && report.exitCode == 1)
        #expect(CatalogueImportReport(rows: 0, rejected: RejectedRows()).exitCode == 1)
        report.updated = 1
        #expect(report.exitCode == 0)
    }

    @Test("of very many bad rows the first are kept, and all are counted")
    func manyBadRows() {
        var rejected = RejectedRows()
        for line in 1...30_000 {
            rejected.add(CatalogueRejection(line: line, sku: "", reason: "\(line)", kind: "kind \(line % 500)"))
        }
        #expect(rejected.kept.count == RejectedRows.keptMax)
        #expect(rejected.count == 30_000)
        #expect(rejected.reasons.count == 101)
        #expect(rejected.reasons.reduce(0) { $0 + $1.rows } == 30_000)
    }
}
