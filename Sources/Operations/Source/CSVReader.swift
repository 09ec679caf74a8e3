// Comma-separated values, RFC 4180, read in one pass over bytes.
//
// A row that breaks the grammar is handed over with what is wrong with it, and reading goes on with the line after the
// one on which that row began: one stray quote must cost one row, not the rest of the file.

/// Why a row of a CSV file cannot be read.
public enum CSVProblem: Error, Equatable, CustomStringConvertible {
    /// A quoted field has no closing quote.
    case unterminatedQuote
    /// Something other than a comma or the end of the line follows a closing quote.
    case textAfterQuote
    /// A quoted field is longer than ``CSVReader/fieldBytesMax``.
    case fieldTooLong

    /// One sentence for the person who owns the file.
    public var description: String {
        switch self {
        case .unterminatedQuote: "a quoted field is not closed"
        case .textAfterQuote: "text follows a closing quote"
        case .fieldTooLong: "a quoted field is longer than \(CSVReader.fieldBytesMax) bytes"
        }
    }
}

/// One row; its fields may be used only inside the closure that received it.
public struct CSVRecord {
    struct Field {
        var offset: Int
        var length: Int
        var hasDoubledQuotes: Bool
    }

    /// Line of the file on which the row begins, from 1.
    public let line: Int
    /// What is wrong with the row; nil when its fields can be used.
    public let problem: CSVProblem?
    let base: UnsafeMutablePointer<UInt8>
    let fields: UnsafeBufferPointer<Field>

    /// Number of fields.
    public var count: Int { fields.count }

    /// The bytes of a field, unquoted, doubled quotes made single.
    public subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
        let field = fields[index]
        return UnsafeBufferPointer(start: base + field.offset, count: field.length)
    }

    /// A field as text; bytes that are not UTF-8 are taken as Latin-1, control characters become spaces.
    public func text(_ index: Int) -> String {
        SourceText.decode(self[index])
    }
}

/// Reads RFC 4180 text: quotes, doubled quotes, commas and line breaks inside quotes, CRLF or LF, an optional BOM.
///
/// Quotes inside a field that does not begin with one are ordinary characters. Blank lines are passed over.
public enum CSVReader {
    /// Longest quoted field, in bytes; what bounds the cost of a quote that is never closed.
    public static let fieldBytesMax = 1 << 20

    /// Calls `body` with every row in file order, the header included.
    ///
    /// Cost: one copy of the bytes and one pass, about 0.1 s for 50 MB.
    public static func read<Failure: Error>(
        _ bytes: [UInt8],
        _ body: (CSVRecord) throws(Failure) -> Void
    ) throws(Failure) {
        // The copy lets doubled quotes be folded in place, so that a field is always one run of bytes.
        var scanner = CSVScanner(copying: bytes)
        defer { scanner.release() }
        while scanner.advance() {
            try scanner.withRecord(body)
        }
    }
}

/// The state of one pass: where the next row begins, and the fields of the present one.
private struct CSVScanner {
    private let base: UnsafeMutablePointer<UInt8>
    private let end: Int
    private var next = 0
    private var nextLine = 1
    private var line = 1
    private var problem: CSVProblem?
    private var fields: [CSVRecord.Field] = []

    init(copying bytes: [UInt8]) {
        end = bytes.count
        base = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, end))
        bytes.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { base.update(from: start, count: source.count) }
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { next = 3 }
    }

    func release() {
        base.deallocate()
    }

    func withRecord<Failure: Error>(_ body: (CSVRecord) throws(Failure) -> Void) throws(Failure) {
        var thrown: Failure?
        fields.withUnsafeBufferPointer { pointers in
            do throws(Failure) {
                try body(CSVRecord(line: line, problem: problem, base: base, fields: pointers))
            } catch {
                thrown = error
            }
        }
        if let thrown { throw thrown }
    }

    /// Moves to the next row that is not blank; false at the end.
    mutating func advance() -> Bool {
        while next < end {
            line = nextLine
            let start = next
            fields.removeAll(keepingCapacity: true)
            problem = nil
            do throws(CSVProblem) {
                try scanRow()
            } catch {
                problem = error
                fields.removeAll(keepingCapacity: true)
                resume(after: start)
                return true
            }
            if fields.count == 1, fields[0].length == 0, base[start] != CSVByte.quote { continue }
            foldDoubledQuotes()
            return true
        }
        return false
    }

    private mutating func scanRow() throws(CSVProblem) {
        while true {
            let isLast =
                if next < end, base[next] == CSVByte.quote {
                    try scanQuoted()
                } else {
                    scanPlain()
                }
            if isLast { return }
        }
    }

    private mutating func scanPlain() -> Bool {
        let start = next
        var index = start
        while index < end, base[index] != CSVByte.comma, base[index] != CSVByte.lineFeed { index += 1 }
        next = min(index + 1, end)
        if index < end, base[index] == CSVByte.comma {
            fields.append(.init(offset: start, length: index - start, hasDoubledQuotes: false))
            // A comma as the very last byte still has an empty field after it.
            if next == end {
                fields.append(.init(offset: end, length: 0, hasDoubledQuotes: false))
                return true
            }
            return false
        }
        if index < end { nextLine += 1 }
        if index > start, base[index - 1] == CSVByte.carriageReturn { index -= 1 }
        fields.append(.init(offset: start, length: index - start, hasDoubledQuotes: false))
        return true
    }

    private mutating func scanQuoted() throws(CSVProblem) -> Bool {
        let start = next + 1
        var index = start
        var doubled = false
        while true {
            guard index < end else { throw .unterminatedQuote }
            guard index - start <= CSVReader.fieldBytesMax else { throw .fieldTooLong }
            let byte = base[index]
            if byte == CSVByte.quote {
                guard index + 1 < end, base[index + 1] == CSVByte.quote else { break }
                doubled = true
                index += 1
            } else if byte == CSVByte.lineFeed {
                nextLine += 1
            }
            index += 1
        }
        fields.append(.init(offset: start, length: index - start, hasDoubledQuotes: doubled))
        next = index + 1
        if next < end, base[next] == CSVByte.carriageReturn, next + 1 == end || base[next + 1] == CSVByte.lineFeed {
            next += 1
        }
        guard next < end else { return true }
        switch base[next] {
        case CSVByte.comma:
            next += 1
            if next == end { fields.append(.init(offset: end, length: 0, hasDoubledQuotes: false)) }
            return next == end
        case CSVByte.lineFeed:
            next += 1
            nextLine += 1
            return true
        default:
            throw .textAfterQuote
        }
    }

    /// Goes on with the line after the one on which the broken row began.
    private mutating func resume(after start: Int) {
        var index = start
        while index < end, base[index] != CSVByte.lineFeed { index += 1 }
        next = min(index + 1, end)
        nextLine = line + 1
    }

    private mutating func foldDoubledQuotes() {
        for index in fields.indices where fields[index].hasDoubledQuotes {
            let start = fields[index].offset
            var to = start
            var from = start
            while from < start + fields[index].length {
                base[to] = base[from]
                if base[from] == CSVByte.quote { from += 1 }
                from += 1
                to += 1
            }
            fields[index].length = to - start
        }
    }
}

private enum CSVByte {
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}
