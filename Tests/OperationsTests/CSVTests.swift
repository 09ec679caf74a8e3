import Operations
import Testing

@Suite("CSV")
struct CSVTests {
    private struct Row: Equatable {
        var line: Int
        var fields: [String]
        var problem: CSVProblem?
    }

    private func rows(_ text: String) -> [Row] {
        var rows: [Row] = []
        CSVReader.read(Array(text.utf8)) { record in
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
    func grammar(_ text: String, _ fields: [String]) {
        #expect(rows(text).map(\.fields) == [fields])
    }

    @Test("a line break inside quotes belongs to the field, and lines are still counted")
    func embeddedLineBreaks() {
        let read = rows("a,\"x\ny\"\r\n\r\nb,c\n")
        #expect(read.map(\.line) == [1, 4])
        #expect(read.map { $0.fields.count } == [2, 2])
    }

    @Test("a broken row costs itself only")
    func brokenRows() {
        let read = rows("1,\"open\n2,\"ok\",x\n3,\"a\"b,x\n4,y\n")
        #expect(read.map(\.problem) == [.textAfterQuote, nil, .textAfterQuote, nil])
        #expect(read.map(\.line) == [1, 2, 3, 4])
        #expect(read[1].fields == ["2", "ok", "x"])
    }

    @Test("a quote that is never closed is one bad row")
    func unterminated() {
        let read = rows("1,a\n2,\"b\n3,c\n")
        #expect(read.map(\.problem) == [nil, .unterminatedQuote, nil])
        #expect(read.last?.fields == ["3", "c"])
    }

    @Test("an empty file has no rows")
    func empty() {
        #expect(rows("").isEmpty)
        #expect(rows("\n\r\n\n").isEmpty)
    }

    @Test("bytes that are not UTF-8 are read as Latin-1")
    func latin1() {
        var text = ""
        CSVReader.read([0x41, 0xA3, 0x2C, 0x42]) { text = $0.text(0) }
        #expect(text == "A£")
    }

    @Test(
        "a decimal is read exactly or not at all",
        arguments: [
            ("2.55", 2_550_000), ("2.5500", 2_550_000), ("-11062.06", -11_062_060_000), ("0.001", 1000),
            ("+3", 3_000_000),
            (".5", 500_000), ("5.", 5_000_000), (" 7 ", 7_000_000), ("1.0000000", 1_000_000), ("1.0000001", nil),
            ("", nil), ("-", nil), (".", nil), ("1e3", nil), ("1,000", nil), ("1.2.3", nil), ("NaN", nil),
            ("99999999999999999999", nil), ("9223372036855", nil),
        ] as [(String, Int64?)]
    )
    func decimals(_ text: String, _ millionths: Int64?) {
        #expect(ExactDecimal.parse(text) == millionths)
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
