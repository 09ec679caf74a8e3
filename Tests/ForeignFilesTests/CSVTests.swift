import Testing

@testable import ForeignFiles

@Suite("CSV")
struct CSVTests {
    private struct Row: Equatable {
        var line: Int
        var fields: [String]
        var problem: CSVProblem?
    }

    private func rows(_ text: String) throws -> [Row] {
        var rows: [Row] = []
        try CSVReader.read(Array(text.utf8)) { record in
            rows.append(
                Row(line: record.line, fields: (0..<record.count).map { record.text($0) }, problem: record.problem)
            )
        }
        return rows
    }

    @Test(
        "a row is read by RFC 4180",
        arguments: [
            ("a,b", ["a", "b"]),
            ("a,b\r\n", ["a", "b"]),
            ("\u{FEFF}a,b\n", ["a", "b"]),
            ("\"a,b\",c\n", ["a,b", "c"]),
            ("\"say \"\"hello\"\"\",\"\"\n", ["say \"hello\"", ""]),
            ("\"\"\"\"\n", ["\""]),
            ("12\" lamp,x\n", ["12\" lamp", "x"]),
            (",\n", ["", ""]),
            ("a,", ["a", ""]),
            ("\"a\",", ["a", ""]),
            ("\"a\"\r\n", ["a"]),
        ]
    )
    func grammar(_ text: String, _ fields: [String]) throws {
        #expect(try rows(text).map(\.fields) == [fields])
    }

    @Test("a line break inside quotes belongs to the field, and lines are still counted")
    func embeddedLineBreaks() throws {
        let read = try rows("a,\"x\ny\"\r\n\r\nb,c\n")
        #expect(read.map(\.line) == [1, 4])
        #expect(read.map { $0.fields.count } == [2, 2])
    }

    @Test("a broken row costs itself only")
    func brokenRows() throws {
        let read = try rows("1,\"open\n2,\"ok\",x\n3,\"a\"b,x\n4,y\n")
        #expect(read.map(\.problem) == [.textAfterQuote, nil, .textAfterQuote, nil])
        #expect(read.map(\.line) == [1, 2, 3, 4])
        #expect(read[1].fields == ["2", "ok", "x"])
    }

    @Test("a quote that is never closed is one bad row")
    func unterminated() throws {
        let read = try rows("1,a\n2,\"b\n3,c\n")
        #expect(read.map(\.problem) == [nil, .unterminatedQuote, nil])
        #expect(read.last?.fields == ["3", "c"])
    }

    @Test("an empty file has no rows")
    func empty() throws {
        #expect(try rows("").isEmpty)
        #expect(try rows("\n\r\n\n").isEmpty)
    }

    @Test(
        "lines end with LF, CRLF or CR, whichever it is and however they are mixed",
        arguments: ["\n", "\r\n", "\r"],
        ["\n", "\r\n", "\r"]
    )
    func lineEnds(_ first: String, _ second: String) throws {
        let read = try rows("a,b\(first)1,\"x\(second)y\"\(second)2,z\(first)")
        #expect(read.map(\.line) == [1, 2, 4])
        #expect(read.map(\.fields) == [["a", "b"], ["1", "x\(second)y"], ["2", "z"]])
    }

    @Test(
        "the header tells which separator it is, and a line sep= before it too",
        arguments: [
            ("a;b\n1,5;2\n", ["1,5", "2"]), ("a\tb\n1,5\t2\n", ["1,5", "2"]), ("a|b|c\n1,5|2|\n", ["1,5", "2", ""]),
            ("\"a;b;c\",d\n1;2,3\n", ["1;2", "3"]), ("sep=;\r\na;b,c,d\r\n1;2,5\r\n", ["1", "2,5"]),
            ("\n\na;b\n1;2\n", ["1", "2"]), ("a\n1\n", ["1"]),
        ]
    )
    func separators(_ text: String, _ fields: [String]) throws {
        #expect(try rows(text).last?.fields == fields)
    }

    @Test("a field with U+0000 and a blank behind a closing quote are told from what is wrong")
    func smallPrint() throws {
        #expect(try rows("a,b\n1,x\u{0}\n\"2\" ,\"y\"  \n").map(\.problem) == [nil, .nul, nil])
        #expect(try rows("a,b\n\"2\" ,\"y\"  \n").last?.fields == ["2", "y"])
    }

    @Test("a cell, a row and a line have bounds, and what passes one is said with its line")
    func bounds() throws {
        let cell = String(repeating: "x", count: SourceBounds.fieldBytesMax)
        #expect(try rows("a\n\(cell)\nb\n").map(\.problem) == [nil, nil, nil])
        #expect(try rows("a\n\(cell)x\n\"\(cell)x\"\nb\n").map(\.problem) == [nil, .fieldTooLong, .fieldTooLong, nil])
        let wide = String(repeating: ",", count: SourceBounds.fieldsMax)
        #expect(try rows("a\n\(wide)\nb\n").map(\.problem) == [nil, .tooManyFields, nil])
        let long = String(repeating: "x", count: SourceBounds.lineBytesMax + (1 << 20))
        #expect(throws: SourceFileError("line 2 is longer than 4194304 bytes")) { try rows("a\n\(long)\nb\n") }
    }

    @Test(
        "a decimal is read exactly or not at all",
        arguments: [
            ("2.55", 2_550_000), ("2.5500", 2_550_000), ("-11062.06", -11_062_060_000), ("0.001", 1000),
            (" 7 ", 7_000_000), ("+3", nil), (".5", nil), ("5.", nil), ("1.0000000", nil), ("1.0000001", nil),
            ("", nil), ("-", nil), (".", nil), ("1e3", nil), ("1,000", nil), ("1.2.3", nil), ("NaN", nil),
            ("99999999999999999999", nil), ("9223372036855", nil),
        ] as [(String, Int64?)]
    )
    func decimals(_ text: String, _ millionths: Int64?) {
        #expect(ExactDecimal.parse(text) == millionths)
    }

    @Test(
        "a whole number may have the noughts that tools write, but none that may be thousands",
        arguments: [
            ("6", 6), ("-6", -6), ("6.0", 6), ("6.00", 6), ("6.000", nil), ("1.000", nil), ("6.5", nil), ("6,0", nil),
        ]
            as [(String, Int64?)]
    )
    func wholes(_ text: String, _ number: Int64?) {
        #expect(ExactDecimal.parseWhole(Array(text.utf8)[...]) == number)
    }

    @Test("millionths are written with two to six decimals")
    func formatting() {
        #expect(ExactDecimal.format(9_747_747_934_000, grouped: true) == "9,747,747.934")
        #expect(ExactDecimal.format(-1_000_000) == "-1.00")
        #expect(ExactDecimal.format(-1) == "-0.000001")
        #expect(ExactDecimal.format(0) == "0.00")
        #expect(ExactDecimal.group("-123456") == "-123,456")
    }
}
