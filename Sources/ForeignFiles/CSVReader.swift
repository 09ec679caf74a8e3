// Comma-separated values, RFC 4180, read a row at a time from a text that need not fit into memory.
//
// A row that breaks the grammar is returned with its problem, and reading continues with the line after its first one: one stray
// quote must cost one row, not the rest of the file.

/// Why a row of a CSV file cannot be read.
package enum CSVProblem: Error, Equatable, CustomStringConvertible {
    /// A quoted field has no closing quote.
    case unterminatedQuote
    /// A character other than a separator or the end of the line follows a closing quote.
    case textAfterQuote
    /// A field is longer than ``SourceBounds/fieldBytesMax``.
    case fieldTooLong
    /// There are more fields than ``SourceBounds/fieldsMax``.
    case tooManyFields
    /// A field holds the character U+0000.
    case nul

    /// One sentence for the person who owns the file.
    package var description: String {
        switch self {
        case .unterminatedQuote: "a quoted field is not closed"
        case .textAfterQuote: "text follows a closing quote"
        case .fieldTooLong: "a field is longer than \(SourceBounds.fieldBytesMax) bytes"
        case .tooManyFields: "there are more than \(SourceBounds.fieldsMax) fields"
        case .nul: "a field holds the character U+0000; is the file UTF-16? then say --encoding utf-16"
        }
    }
}

/// One row.
package struct CSVRecord {
    /// Line of the file on which the row begins, from 1.
    package let line: Int
    /// The problem of the row; nil when its fields are valid.
    package let problem: CSVProblem?
    /// Whether a quote that is not closed, or not at the end of its cell, may have swallowed following lines: continuing would
    /// read quoted text as rows.
    package let isAdrift: Bool
    fileprivate let bytes: [UInt8]
    /// Where each field ends.
    fileprivate let ends: [Int]

    /// Number of fields.
    package var count: Int { ends.count }

    /// The bytes of a field, unquoted, doubled quotes made single.
    package subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// A field as text, without blanks at its ends; line breaks within it stay.
    package func text(_ index: Int) -> String {
        String(decoding: SourceText.trim(self[index]), as: UTF8.self)
    }
}

/// Reads RFC 4180 text: quotes, doubled quotes, separators and line breaks inside quotes; lines end with CRLF, LF or CR.
///
/// Quotes inside a field that does not begin with one are ordinary characters. Blank lines are passed over.
package final class CSVReader {
    private let scanner: SourceScanner
    private var separator: UInt8?
    private var position = 0
    /// Line breaks within the current row.
    private var breaks = 0
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var hasNUL = false

    /// A reader of a text; without a separator, the first line determines which of comma, semicolon, tab and bar it is.
    package init(_ decoder: SourceDecoder, separator: UInt8? = nil) {
        scanner = SourceScanner(decoder)
        self.separator = separator
    }

    package init(_ scanner: SourceScanner, separator: UInt8?) {
        self.scanner = scanner
        self.separator = separator
    }

    /// Calls `body` with every row of bytes in memory, in order, the header included.
    package static func read(_ bytes: [UInt8], _ body: (CSVRecord) throws -> Void) throws {
        let reader = CSVReader(try SourceDecoder(SourceStream(bytes)))
        while let record = try reader.next() { try body(record) }
    }

    /// The next row that is not blank; nil at the end.
    ///
    /// Blocks its thread while the file is read.
    ///
    /// - Throws: ``SourceFileError`` where the text cannot be read further: it is not UTF-8, cannot be unpacked, or exceeds a
    ///   limit.
    package func next() throws(SourceFileError) -> CSVRecord? {
        while try scanner.byte(0) != nil {
            if separator == nil { try findSeparator() }
            guard let separator else { continue }
            let line = scanner.line
            let isQuoted = try scanner.byte(0) == CSVByte.quote
            begin()
            do {
                try scanRow(separator)
            } catch let problem as CSVProblem {
                let isAdrift = problem == .unterminatedQuote || breaks > 0
                try passLine()
                return CSVRecord(line: line, problem: problem, isAdrift: isAdrift, bytes: [], ends: [])
            } catch let failure as SourceFileError {
                throw failure
            } catch {
                preconditionFailure("scanning throws nothing else")
            }
            if ends == [0], !isQuoted { continue }
            guard !hasNUL else { return CSVRecord(line: line, problem: .nul, isAdrift: false, bytes: [], ends: []) }
            return CSVRecord(line: line, problem: nil, isAdrift: false, bytes: bytes, ends: ends)
        }
        return nil
    }

    private func begin() {
        position = 0
        breaks = 0
        hasNUL = false
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    private func scanRow(_ separator: UInt8) throws {
        var isLast = false
        while !isLast {
            guard ends.count < SourceBounds.fieldsMax else { throw CSVProblem.tooManyFields }
            if try scanner.byte(position) == CSVByte.quote {
                try scanQuoted(separator)
            } else {
                try scanPlain(separator)
            }
            ends.append(bytes.count)
            isLast = try scanner.byte(position) != separator
            if !isLast { position += 1 }
        }
        try scanner.validate(bytes[...])
        position += try scanner.lineEnd(position)
        scanner.pass(position, lines: breaks + 1)
    }

    private func scanPlain(_ separator: UInt8) throws {
        let start = bytes.count
        while let byte = try scanner.byte(position), byte != separator, byte != 0x0A, byte != 0x0D {
            try append(byte, to: start)
            position += 1
        }
    }

    private func scanQuoted(_ separator: UInt8) throws {
        let start = bytes.count
        position += 1
        while true {
            guard let byte = try scanner.byte(position) else { throw CSVProblem.unterminatedQuote }
            if byte == CSVByte.quote {
                guard try scanner.byte(position + 1) == CSVByte.quote else { break }
                position += 1
            } else if byte == 0x0A {
                breaks += 1
            } else if byte == 0x0D, try scanner.byte(position + 1) != 0x0A {
                breaks += 1
            }
            try append(byte, to: start)
            position += 1
        }
        position += 1
        while let byte = try scanner.byte(position), byte == 0x20, byte != separator { position += 1 }
        guard let byte = try scanner.byte(position) else { return }
        guard byte == separator || byte == 0x0A || byte == 0x0D else { throw CSVProblem.textAfterQuote }
    }

    private func append(_ byte: UInt8, to start: Int) throws {
        guard bytes.count - start < SourceBounds.fieldBytesMax else { throw CSVProblem.fieldTooLong }
        if byte == 0 { hasNUL = true }
        bytes.append(byte)
    }

    /// Continues with the line after the first line of the broken row.
    private func passLine() throws(SourceFileError) {
        var index = 0
        while try scanner.byte(index) != nil {
            let end = try scanner.lineEnd(index)
            if end > 0 { return scanner.pass(index + end, lines: 1) }
            index += 1
        }
        scanner.pass(index, lines: 1)
    }

    /// Takes the separator from a line `sep=;` that spreadsheets write, or else the most frequent one in the first line.
    private func findSeparator() throws(SourceFileError) {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        var line: [UInt8] = []
        var index = 0
        while index < 1 << 16, let byte = try scanner.byte(index), try scanner.lineEnd(index) == 0 || isQuoted {
            if line.count < 8 { line.append(byte) }
            if byte == CSVByte.quote { isQuoted.toggle() }
            if !isQuoted, CSVByte.separators.contains(byte) { counts[byte, default: 0] += 1 }
            index += 1
        }
        if line.count == 5, String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep=" {
            separator = line[4]
            return scanner.pass(index + (try scanner.lineEnd(index)), lines: 1)
        }
        // A blank line before the header gives no hint.
        guard index > 0 else { return scanner.pass(try scanner.lineEnd(0), lines: 1) }
        // Of equally frequent ones the first, which is the comma.
        separator = CSVByte.separators.max { counts[$0, default: 0] < counts[$1, default: 0] }
    }
}

private enum CSVByte {
    static let quote = UInt8(ascii: "\"")
    static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]
}
