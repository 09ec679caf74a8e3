/// Rows of cells in columns; the first row is the header.
///
/// Columns that do not fit into the width go below, after a repeated first column; a column is never split.
public struct TextTable {
    /// Which columns are aligned right.
    public enum Alignment: Sendable {
        /// All but the first: numbers.
        case right
        /// None: words.
        case left
    }

    /// The width that every terminal has.
    public static let usualWidth = 80
    private static let gap = "  "

    private let rows: [[String]]
    private let alignment: Alignment
    private let width: Int

    /// - Parameters:
    ///   - rows: each has as many cells as the first.
    ///   - width: characters on a line; the first column and one other always share a line, however wide they are.
    public init(_ rows: [[String]], _ alignment: Alignment = .right, width: Int = usualWidth) {
        self.rows = rows
        self.alignment = alignment
        self.width = width
    }

    /// The table, each line with its line end.
    public var text: String {
        guard let first = rows.first else { return "" }
        let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return blocks(widths).map { block in
            rows.map { row in line(row, block, widths) + "\n" }.joined()
        }.joined(separator: "\n")
    }

    /// Groups of columns that stand side by side.
    private func blocks(_ widths: [Int]) -> [[Int]] {
        guard widths.count > 1 else { return [Array(widths.indices)] }
        var blocks: [[Int]] = []
        var (block, used) = ([0], widths[0])
        for column in widths.indices.dropFirst() {
            let needed = Self.gap.count + widths[column]
            if block.count > 1, used + needed > width {
                blocks.append(block)
                (block, used) = ([0], widths[0])
            }
            block.append(column)
            used += needed
        }
        return blocks + [block]
    }

    private func line(_ row: [String], _ block: [Int], _ widths: [Int]) -> String {
        let cells = block.map { column in
            let space = String(repeating: " ", count: widths[column] - row[column].count)
            return alignment == .left || column == 0 ? row[column] + space : space + row[column]
        }
        let line = cells.joined(separator: Self.gap)
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}

/// Headings, each with a few sentences below it.
public enum TextList {
    /// The lines of an entry: the heading, and below it the text, indented and broken between words.
    public static func entry(_ heading: String, _ text: String, width: Int = TextTable.usualWidth) -> String {
        var lines = [heading]
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + word.count + 5 > width {
                lines.append("    " + line)
                line = ""
            }
            line += line.isEmpty ? word : " " + word
        }
        return (lines + ["    " + line]).joined(separator: "\n")
    }
}
