import Testing

@testable import Availability

@Suite("Tables as text")
struct TextTableTests {
    private static let rows = [
        ["service", "incidents", "MTBF h", "availability", "from"],
        ["a shop in the north", "162", "60.93 [53.69, 69.72]", "0.99682 [0.99612, 0.99741]", "2025-05-01T00:00:00Z"],
    ]

    @Test("no line is longer than the width, and every cell is there once", arguments: [80, 60, 100, 200])
    func fits(_ width: Int) {
        let text = TextTable(Self.rows, width: width).text
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
        for cell in Self.rows.flatMap({ $0.dropFirst() }) { #expect(text.components(of: cell) == 1, "\(cell)") }
    }

    @Test("columns that do not fit go below, behind the first one again")
    func folds() {
        let text = TextTable(Self.rows, width: 80).text
        #expect(text.components(of: "a shop in the north") == 2)
        #expect(TextTable(Self.rows, width: 200).text.components(of: "a shop in the north") == 1)
    }

    @Test("what cannot be folded stands as it is")
    func wide() {
        let long = String(repeating: "x", count: 100)
        #expect(TextTable([["a", "b"], ["c", long]]).text.contains(long))
        #expect(TextTable([]).text.isEmpty)
    }

    @Test("an entry is broken between words, within the width")
    func entry() {
        let text = TextList.entry("name = 1", String(repeating: "word ", count: 60))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(text.components(of: "word") == 60)
    }
}

@Suite("Figures as text")
struct FigureTextTests {
    @Test(
        "a share shows how far it is from 1, and what is within a second or two of a year is 1",
        arguments: [
            (1.0, "1.00000"), (1 - 1e-9, "1.00000"), (0.999_999_999, "1.00000"), (0.5, "0.50000"), (0.99682, "0.99682"),
            (0.999_999, "0.9999990"), (0.999_999_9, "0.9999999"), (0.0, "0.00000"),
        ]
    )
    func share(_ value: Double, _ text: String) {
        #expect(FigureText.share(value) == text)
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
