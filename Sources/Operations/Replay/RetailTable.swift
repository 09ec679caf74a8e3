// A file with the columns of UCI Online Retail, read into numbers. Nothing is dropped here: a row that cannot be read
// is kept with its line and what is wrong, because every row has to be accounted for at the end.

/// Why a file cannot be replayed at all.
public enum RetailTableError: Error, Equatable, CustomStringConvertible {
    /// The file holds no header.
    case empty
    /// The header lacks these columns.
    case missingColumns([String])

    /// One sentence for the person who named the file.
    public var description: String {
        switch self {
        case .empty: "the file is empty"
        case .missingColumns(let names): "the header lacks the columns \(names.joined(separator: ", "))"
        }
    }
}

/// What keeps a row from being read.
enum RetailFault: Equatable {
    case malformed(CSVProblem)
    case fieldCount(Int, expected: Int)
    case noInvoice
    case quantity
    case price
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
    /// Seconds since 1970 as the source's clock had them; the row before when the field cannot be read.
    var seconds: Int64 = 0
    var fault: RetailFault?

    /// Quantity × price in millionths, exactly.
    var amount: Int128 { Int128(quantity) * Int128(price) }
}

/// A whole file in memory.
public struct RetailTable: Sendable {
    var rows: [RetailRow] = []
    var invoices: [String] = []
    var codes: [String] = []
    var descriptions: [String] = []
    var customers: [String] = []
    var countries: [String] = []
    /// Eight hexadecimal digits that name the contents.
    public var digest: String

    /// Number of rows, the header not counted.
    public var rowCount: Int { rows.count }

    /// Reads the file's contents; throws only when the header does not fit.
    public init(_ bytes: [UInt8]) throws(RetailTableError) {
        digest = SourceDigest.hex(bytes)
        var reader = RetailTableReader()
        rows.reserveCapacity(bytes.count / 80)
        var failure: RetailTableError?
        CSVReader.read(bytes) { record in
            if failure != nil { return }
            if reader.columns == nil {
                do throws(RetailTableError) {
                    reader.columns = try RetailColumns(record)
                } catch {
                    failure = error
                }
                return
            }
            rows.append(reader.row(record))
        }
        if let failure { throw failure }
        guard reader.columns != nil else { throw .empty }
        invoices = reader.invoices.texts()
        codes = reader.codes.texts()
        descriptions = reader.descriptions.texts()
        customers = reader.customers.texts()
        countries = reader.countries.texts().map { $0.isEmpty ? "Unspecified" : $0 }
    }
}

/// Where each column stands.
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

    /// Finds columns by name, whatever the case; the names of *Online Retail II* are understood too.
    init(_ header: CSVRecord) throws(RetailTableError) {
        count = header.count
        for index in 0..<header.count {
            switch header.text(index).lowercased().filter({ $0 != " " && $0 != "_" }) {
            case "invoiceno", "invoice": invoice = index
            case "stockcode": code = index
            case "description": description = index
            case "quantity": quantity = index
            case "invoicedate": date = index
            case "unitprice", "price": price = index
            case "customerid": customer = index
            case "country": country = index
            default: break
            }
        }
        let required = [("InvoiceNo", invoice), ("StockCode", code), ("Quantity", quantity), ("UnitPrice", price)]
        let missing = required.filter { $0.1 < 0 }.map(\.0)
        guard missing.isEmpty else { throw .missingColumns(missing) }
    }
}

private struct RetailTableReader {
    var columns: RetailColumns?
    var invoices = ByteInterner()
    var codes = ByteInterner()
    var descriptions = ByteInterner()
    var customers = ByteInterner()
    var countries = ByteInterner()
    private var seconds: Int64 = 0

    mutating func row(_ record: CSVRecord) -> RetailRow {
        guard let columns else { preconditionFailure("rows are read after the header") }
        var row = RetailRow(line: record.line)
        row.seconds = seconds
        guard record.problem == nil, record.count == columns.count else {
            row.fault =
                record.problem.map { .malformed($0) } ?? .fieldCount(record.count, expected: columns.count)
            row.invoice = invoices.intern(.init(start: nil, count: 0))
            row.code = codes.intern(.init(start: nil, count: 0))
            row.description = descriptions.intern(.init(start: nil, count: 0))
            row.country = countries.intern(.init(start: nil, count: 0))
            return row
        }
        fill(&row, from: record, columns)
        return row
    }

    private mutating func fill(_ row: inout RetailRow, from record: CSVRecord, _ columns: RetailColumns) {
        let invoice = SourceText.trim(record[columns.invoice])
        row.invoice = invoices.intern(invoice)
        row.code = codes.intern(SourceText.trim(record[columns.code]))
        row.description = descriptions.intern(field(record, columns.description))
        row.country = countries.intern(field(record, columns.country))
        let customer = RetailText.customer(field(record, columns.customer))
        if !customer.isEmpty { row.customer = customers.intern(customer) }
        if columns.date >= 0, let time = RetailText.seconds(record[columns.date]) { row.seconds = time }
        seconds = row.seconds
        let quantity = ExactDecimal.parseWhole(record[columns.quantity])
        let price = ExactDecimal.parse(record[columns.price])
        row.quantity = quantity ?? 0
        row.price = price ?? 0
        if invoice.isEmpty {
            row.fault = .noInvoice
        } else if quantity == nil {
            row.fault = .quantity
        } else if price == nil {
            row.fault = .price
        }
    }

    private func field(_ record: CSVRecord, _ column: Int) -> UnsafeBufferPointer<UInt8> {
        column < 0 ? .init(start: nil, count: 0) : SourceText.trim(record[column])
    }
}
