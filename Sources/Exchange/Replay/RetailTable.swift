// A file with the columns of UCI Online Retail, read into numbers. No row is dropped: an unreadable row is kept with its line and
// the reason, because every row has to be accounted for at the end.

import ForeignFiles
import Foundation
import Time

/// Why a file cannot be replayed at all.
package enum RetailTableError: Error, Equatable, CustomStringConvertible {
    /// The file holds no header.
    case empty
    /// The header lacks the first columns; its own are the second.
    case missingColumns([String], header: [String])
    /// Two columns of the header have one name.
    case columnTwice(String)
    /// The header cannot be read.
    case malformedHeader(CSVProblem)
    /// The file has more rows than this.
    case tooManyRows(Int)

    /// One sentence for the person who named the file.
    package var description: String {
        switch self {
        case .empty: "the file is empty"
        case .missingColumns(let names, let header):
            "the header lacks the columns \(names.joined(separator: ", ")).\nExpected: InvoiceNo, StockCode, Description, "
                + "Quantity, InvoiceDate, UnitPrice, CustomerID, Country; there are: \(header.joined(separator: ", "))"
        case .columnTwice(let name): "the header has \(name) twice; remove one of the two columns"
        case .malformedHeader(let problem): "the header cannot be read: \(problem)"
        case .tooManyRows(let count): "the file has more than \(count) rows; split it"
        }
    }
}

/// Why a row cannot be read.
enum RetailFault: Equatable {
    case malformed(CSVProblem)
    case fieldCount(Int, expected: Int)
    case noInvoice
    case quantity
    case price
    case date

    /// The reason, for a report.
    var reason: String {
        switch self {
        case .malformed(let problem): problem.description
        case .fieldCount(let count, let expected): "\(count) fields where the header has \(expected)"
        case .noInvoice: "no invoice number"
        case .quantity: "quantity cannot be read: a whole number is expected, as in 12"
        case .price: "price cannot be read: a number with at most two decimals is expected, as in 1250.50"
        case .date:
            "invoice date cannot be read: a day that has come is expected, as in 2010-12-01 08:26 or 12/1/2010 8:26, month first"
        }
    }
}

/// One line of the source; names are numbers into the table's lists.
struct RetailRow {
    /// Line of the file, from 1.
    var line: Int
    var invoice: Int32 = 0
    var code: Int32 = 0
    var description: Int32 = 0
    /// −1 when the row names no customer.
    var customer: Int32 = -1
    var country: Int32 = 0
    /// Units; negative when goods come back or are written off.
    var quantity: Int64 = 0
    /// Price of a unit in millionths.
    var price: Int64 = 0
    /// Seconds since 1970 by the source's clock; those of the previous row where the source has none.
    var seconds: Int64 = 0
    var fault: RetailFault?

    /// Quantity × price in millionths, exactly.
    var amount: Int128 { Int128(quantity) * Int128(price) }
}

/// A whole file in memory.
package struct RetailTable: Sendable {
    var rows: [RetailRow] = []
    var invoices: [String] = []
    var codes: [String] = []
    var descriptions: [String] = []
    var customers: [String] = []
    var countries: [String] = []
    /// Whether rows have dates.
    let hasDates: Bool
    /// Eight hexadecimal digits that name the contents.
    package var digest: String

    /// Number of rows, the header not counted.
    package var rowCount: Int { rows.count }

    /// Rows that could not be read, whose value is unknown.
    package var unreadableRows: Int { rows.count { $0.fault != nil } }

    /// Reads contents in memory.
    package init(_ bytes: [UInt8]) throws {
        try self.init(SourceStream(bytes))
    }

    /// Reads a file's contents.
    ///
    /// Memory: some 70 bytes for each row, and each name once.
    ///
    /// - Throws: ``RetailTableError`` where the header does not match or there are too many rows, ``SourceFileError`` where the
    ///   file cannot be read completely; the same file fails again.
    package init(
        _ stream: SourceStream,
        encoding: String? = nil,
        separator: UInt8? = nil,
        mark: DecimalMark = .point
    ) throws {
        let csv = CSVReader(try SourceDecoder(stream, encoding: encoding), separator: separator)
        guard let header = try csv.next() else { throw RetailTableError.empty }
        let columns = try RetailColumns(header)
        hasDates = columns.date >= 0
        var reader = RetailTableReader(columns: columns, mark: mark)
        while let record = try csv.next() {
            guard rows.count < SourceBounds.rowsMax else { throw RetailTableError.tooManyRows(SourceBounds.rowsMax) }
            rows.append(reader.row(record))
        }
        digest = stream.digest
        invoices = reader.invoices.texts()
        codes = reader.codes.texts()
        descriptions = reader.descriptions.texts()
        customers = reader.customers.texts()
        countries = reader.countries.texts().map { $0.isEmpty ? "Unspecified" : $0 }
    }
}

/// The positions of the columns.
struct RetailColumns {
    var invoice = -1
    var code = -1
    var description = -1
    var quantity = -1
    var date = -1
    var price = -1
    var customer = -1
    var country = -1
    var count: Int

    /// Finds columns by name, in any case; the names of *Online Retail II* are supported too.
    init(_ header: CSVRecord) throws(RetailTableError) {
        count = header.count
        if let problem = header.problem { throw .malformedHeader(problem) }
        for index in 0..<header.count {
            switch header.text(index).lowercased().filter({ $0 != " " && $0 != "_" }) {
            case "invoiceno", "invoice": try set(\.invoice, index, header)
            case "stockcode": try set(\.code, index, header)
            case "description": try set(\.description, index, header)
            case "quantity": try set(\.quantity, index, header)
            case "invoicedate": try set(\.date, index, header)
            case "unitprice", "price": try set(\.price, index, header)
            case "customerid": try set(\.customer, index, header)
            case "country": try set(\.country, index, header)
            default: break
            }
        }
        let required = [("InvoiceNo", invoice), ("StockCode", code), ("Quantity", quantity), ("UnitPrice", price)]
        let missing = required.filter { $0.1 < 0 }.map(\.0)
        guard missing.isEmpty else {
            let names = (0..<min(20, count)).map { SourceText.clip(header.text($0), to: 40) }
            throw .missingColumns(missing, header: names)
        }
    }

    private mutating func set(
        _ column: WritableKeyPath<Self, Int>,
        _ index: Int,
        _ header: CSVRecord
    ) throws(RetailTableError) {
        guard self[keyPath: column] < 0 else { throw .columnTwice(header.text(index)) }
        self[keyPath: column] = index
    }
}

private struct RetailTableReader {
    let columns: RetailColumns
    let mark: DecimalMark
    private let dates = RetailDate(now: Timestamp.now.milliseconds / 1000)
    var invoices = ByteInterner()
    var codes = ByteInterner()
    var descriptions = ByteInterner()
    var customers = ByteInterner()
    var countries = ByteInterner()
    private var seconds: Int64 = 0

    init(columns: RetailColumns, mark: DecimalMark) {
        self.columns = columns
        self.mark = mark
    }

    mutating func row(_ record: CSVRecord) -> RetailRow {
        var row = RetailRow(line: record.line)
        row.seconds = seconds
        guard record.problem == nil, record.count == columns.count else {
            row.fault =
                record.problem.map { .malformed($0) } ?? .fieldCount(record.count, expected: columns.count)
            row.invoice = invoices.intern([])
            row.code = codes.intern([])
            row.description = descriptions.intern([])
            row.country = countries.intern([])
            return row
        }
        fill(&row, from: record)
        return row
    }

    private mutating func fill(_ row: inout RetailRow, from record: CSVRecord) {
        let invoice = SourceText.trim(record[columns.invoice])
        row.invoice = invoices.intern(invoice)
        row.code = codes.intern(SourceText.trim(record[columns.code]))
        row.description = descriptions.intern(field(record, columns.description))
        row.country = countries.intern(field(record, columns.country))
        let customer = RetailText.customer(field(record, columns.customer))
        if !customer.isEmpty { row.customer = customers.intern(customer) }
        let time = columns.date < 0 ? seconds : dates.seconds(record[columns.date])
        row.seconds = time ?? seconds
        seconds = row.seconds
        let quantity = RetailText.units(record[columns.quantity], mark: mark)
        let price = RetailText.millionths(record[columns.price], mark: mark)
        row.quantity = quantity ?? 0
        row.price = price ?? 0
        if invoice.isEmpty {
            row.fault = .noInvoice
        } else if quantity == nil {
            row.fault = .quantity
        } else if price == nil {
            row.fault = .price
        } else if time == nil {
            row.fault = .date
        }
    }

    private func field(_ record: CSVRecord, _ column: Int) -> ArraySlice<UInt8> {
        column < 0 ? [] : SourceText.trim(record[column])
    }
}
