import Bytes
import Crypto
import Foundation
import Ledger
import Trading
import Zstandard

/// One order's rows as they are in a file: the place of each row's table among the file's, and its columns today.
struct ArchivedOrder: Sendable {
    let id: ID<Order>
    let rows: [(table: Int, columns: RowColumns)]
}

/// An open file of the archive.
///
/// What it returns was compared with a hash, so a changed byte is a failure, never a wrong answer. Any thread may read.
final class ArchiveReader: Sendable {
    let name: String
    /// The number of orders.
    let orders: Int
    /// The number of blocks.
    var blockCount: Int { blocks.count }
    private let handle: FileHandle
    private let path: String
    private let blocks: [Frame]
    private let pages: [(first: IndexEntry, frame: Frame)]
    /// The place in ``OrderRows/schemas`` of each table of the file; and for each of its columns today, the column in the file.
    private let layouts: [TableLayout]

    /// Opens a file and reads its contents.
    ///
    /// - Throws: a failure with the retry class `safe` where there is no such file: it may have been replaced since the ledger was read.
    init(directory: String, name: String, size: Int64) throws(LedgerFailure) {
        self.name = name
        path = "\(directory)/\(name)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT
            throw LedgerFailure(
                isMissing ? .corrupt : .io,
                phase: .load,
                retry: .safe,
                detail: "the archive's file \(name): \(String(cString: strerror(errno)))"
            )
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let file = Source(descriptor: descriptor, name: name)
        let (start, frame) = try file.ends(size: size)
        guard start == ArchiveMark.start else { throw file.damaged("it does not begin as a file of the archive") }
        var bytes = ByteReader(try file.expand(frame))
        guard let contents = Contents(&bytes), bytes.isAtEnd else { throw file.damaged("its contents cannot be read") }
        orders = contents.orders
        blocks = contents.blocks
        pages = contents.pages
        layouts = try contents.layouts(file)
    }

    /// The orders of a block.
    func block(_ number: UInt32) throws(LedgerFailure) -> [ArchivedOrder] {
        guard Int(number) < blocks.count else { throw source.damaged("an index that leads nowhere") }
        var bytes = ByteReader(try source.expand(blocks[Int(number)]))
        var found: [ArchivedOrder] = []
        while !bytes.isAtEnd {
            guard let id = bytes.key(), let count = bytes.integer(UInt32.self) else { throw unreadable(number) }
            var rows: [(Int, RowColumns)] = []
            for _ in 0..<count {
                guard let table = bytes.integer(UInt8.self), Int(table) < layouts.count, let row = bytes.columns(),
                    let columns = layouts[Int(table)].today(row)
                else { throw unreadable(number) }
                rows.append((layouts[Int(table)].table, columns))
            }
            found.append(ArchivedOrder(id: ID(id), rows: rows))
        }
        return found
    }

    /// The blocks that the index names for a key.
    ///
    /// Cost: a binary search in memory, and one page of the index.
    func blocks(of kind: UInt8, _ key: Bits128, _ pages: IndexPages) throws(LedgerFailure) -> [UInt32] {
        let from = IndexEntry(kind: kind, key: key, block: 0)
        var cursor = IndexCursor(self, pages, kind: kind, from: from, descending: false)
        var found: [UInt32] = []
        while let entry = try cursor.peek(), entry.key == key {
            found.append(entry.block)
            cursor.advance()
        }
        return found
    }

    /// The kind of index entries of a table, by its place in ``OrderRows/schemas``; nil where the file has no such table.
    func kind(ofTable table: Int) -> UInt8? {
        layouts.firstIndex { $0.table == table }.map { UInt8($0) }
    }

    /// The number of pages of the index.
    var pageCount: Int { pages.count }

    /// The number of the last page whose first entry is at or before an entry; 0 where there is none.
    func page(of entry: IndexEntry) -> Int {
        var (low, high) = (0, pages.count)
        while low < high {
            let middle = (low + high) / 2
            if pages[middle].first <= entry { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    /// The entries of a page of the index.
    func entries(ofPage page: Int) throws(LedgerFailure) -> [IndexEntry] {
        var bytes = ByteReader(try source.expand(pages[page].frame))
        var entries: [IndexEntry] = []
        while !bytes.isAtEnd {
            guard let entry = IndexEntry(&bytes) else { throw source.damaged("page \(page) of its index") }
            entries.append(entry)
        }
        return entries
    }

    /// What of the whole file differs from its row in the ledger, in words; nil where it is sound.
    ///
    /// Cost: reads the whole file.
    func difference(from row: ArchiveFileRow) -> String? {
        do throws(LedgerFailure) {
            guard try source.digest() == row.digest else { return "its bytes have changed" }
            return Int64(orders) == row.orders ? nil : "it has \(orders) orders, not \(row.orders)"
        } catch {
            return error.detail
        }
    }

    private var source: Source { Source(descriptor: handle.fileDescriptor, name: name) }

    private func unreadable(_ block: UInt32) -> LedgerFailure { source.damaged("block \(block)") }
}

/// The bytes of a file.
private struct Source {
    let descriptor: Int32
    let name: String

    /// The first bytes, and the frame of the contents, of a file of this size.
    func ends(size: Int64) throws(LedgerFailure) -> (start: [UInt8], contents: Frame) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == size, size > Int64(ArchiveMark.trailerSize) else {
            throw damaged("it has \(status.st_size) bytes, not \(size)")
        }
        let start = try read(at: 0, ArchiveMark.start.count)
        let trailer = try read(at: UInt64(size) - UInt64(ArchiveMark.trailerSize), ArchiveMark.trailerSize)
        var bytes = ByteReader(trailer)
        guard trailer.suffix(ArchiveMark.end.count) == ArchiveMark.end[...], let frame = Frame(&bytes) else {
            throw damaged("it does not end as a file of the archive")
        }
        return (start, frame)
    }

    /// The bytes of a frame before compression.
    func expand(_ frame: Frame) throws(LedgerFailure) -> [UInt8] {
        let packed = try read(at: frame.offset, Int(frame.length))
        guard Frame.hash(packed) == frame.hash, frame.rawLength <= Frame.rawMax else {
            throw damaged("\(frame.length) bytes at \(frame.offset) have changed")
        }
        do throws(ZstdFailure) {
            return try Frame.zstd.expand(packed, to: Int(frame.rawLength))
        } catch .noMemory {
            let detail = "the archive's file \(name): there is no memory to expand it"
            throw LedgerFailure(.io, phase: .load, retry: .safe, detail: detail)
        } catch {
            throw damaged("\(frame.length) bytes at \(frame.offset): \(error)")
        }
    }

    func digest() throws(LedgerFailure) -> [UInt8] {
        var sha = SHA256()
        var offset: UInt64 = 0
        while true {
            let bytes = try read(at: offset, 1 << 20, isWhole: false)
            if bytes.isEmpty { return Array(sha.finalize()) }
            sha.update(data: bytes)
            offset += UInt64(bytes.count)
        }
    }

    func damaged(_ what: String) -> LedgerFailure {
        LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "the archive's file \(name) is damaged: \(what)")
    }

    private func read(at offset: UInt64, _ length: Int, isWhole: Bool = true) throws(LedgerFailure) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let rest = UnsafeMutableBufferPointer(rebasing: buffer[count..<length])
                let read = pread(descriptor, rest.baseAddress, rest.count, off_t(clamping: offset) + off_t(count))
                if read < 0, errno == EINTR { continue }
                if read < 0 { failure = errno }
                guard read > 0 else { return }
                count += read
            }
        }
        guard failure == 0 else {
            let reason = String(cString: strerror(failure))
            throw LedgerFailure(.io, phase: .load, retry: .never, detail: "the archive's file \(name): \(reason)")
        }
        guard bytes.count == length || !isWhole else { throw damaged("it ends at \(offset) and \(bytes.count)") }
        return bytes
    }
}

/// The last frame of a file.
private struct Contents {
    var tables: [(name: String, columns: [String])] = []
    var orders = 0
    var blocks: [Frame] = []
    var pages: [(first: IndexEntry, frame: Frame)] = []

    init?(_ bytes: inout ByteReader) {
        guard let count = bytes.integer(UInt8.self) else { return nil }
        for _ in 0..<count {
            guard let name = bytes.text(), let width = bytes.integer(UInt16.self) else { return nil }
            var columns: [String] = []
            for _ in 0..<width {
                guard let column = bytes.text() else { return nil }
                columns.append(column)
            }
            tables.append((name, columns))
        }
        guard let orders = bytes.integer(UInt64.self), let blockCount = bytes.integer(UInt32.self) else { return nil }
        self.orders = Int(clamping: orders)
        for _ in 0..<blockCount {
            guard let frame = Frame(&bytes) else { return nil }
            blocks.append(frame)
        }
        guard let pageCount = bytes.integer(UInt32.self) else { return nil }
        for _ in 0..<pageCount {
            guard let first = IndexEntry(&bytes), let frame = Frame(&bytes) else { return nil }
            pages.append((first, frame))
        }
    }

    func layouts(_ file: Source) throws(LedgerFailure) -> [TableLayout] {
        var layouts: [TableLayout] = []
        for table in tables {
            guard let layout = TableLayout(table.name, table.columns) else {
                throw file.damaged("it has a table \(table.name) that this build does not know")
            }
            layouts.append(layout)
        }
        return layouts
    }
}

/// How the columns of a table in a file become those of today: a file may be older than some of them.
private struct TableLayout {
    let table: Int
    private let schema: TableSchema
    /// For each column of today its place in the file; nil where the file is older.
    private let places: [Int?]
    private let width: Int

    init?(_ name: String, _ columns: [String]) {
        guard let table = OrderRows.schemas.firstIndex(where: { $0.name == name }) else { return nil }
        self.table = table
        schema = OrderRows.schemas[table]
        places = schema.columns.map { column in columns.firstIndex(of: column.name) }
        width = columns.count
    }

    /// The columns of today; nil where the row has others than its table.
    func today(_ row: RowColumns) -> RowColumns? {
        guard row.values.count == width else { return nil }
        guard width != places.count || places.enumerated().contains(where: { $0 != $1 }) else { return row }
        var columns = RowColumns()
        for (column, place) in zip(schema.columns, places) {
            if let place {
                columns.add(row.values[place], of: row)
            } else if !column.addInitial(to: &columns) {
                return nil
            }
        }
        return columns
    }
}

extension RowColumns {
    fileprivate mutating func add(_ value: Value, of row: RowColumns) {
        switch value {
        case .null: null()
        case .integer(let number): integer(number)
        case .text(let range): row.bytes[range].withUnsafeBytes { text(utf8: $0) }
        case .blob(let range): row.bytes[range].withUnsafeBytes { blob($0) }
        }
    }
}

/// Pages of indexes that were read, for a snapshot in which many keys are looked up.
///
/// Confined to one thread.
final class IndexPages {
    private var pages: [String: [Int: [IndexEntry]]] = [:]
    private var count = 0
    /// 2,048 pages have the entries of six million rows, and take some 200 MB; all are dropped then.
    private static let most = 2048

    func entries(_ reader: ArchiveReader, _ page: Int) throws(LedgerFailure) -> [IndexEntry] {
        if let known = pages[reader.name]?[page] { return known }
        let entries = try reader.entries(ofPage: page)
        if count >= Self.most {
            pages = [:]
            count = 0
        }
        pages[reader.name, default: [:]][page] = entries
        count += 1
        return entries
    }
}

/// Goes through the entries of one kind in a file's index, in either direction.
struct IndexCursor {
    private let reader: ArchiveReader
    private let pages: IndexPages
    private let kind: UInt8
    private let descending: Bool
    private var page: Int
    private var entries: [IndexEntry] = []
    private var position = 0
    private let from: IndexEntry
    private var isPlaced = false

    /// Begins at an entry, or at the next one in the direction where there is no such entry.
    init(_ reader: ArchiveReader, _ pages: IndexPages, kind: UInt8, from: IndexEntry, descending: Bool) {
        self.reader = reader
        self.pages = pages
        self.kind = kind
        self.descending = descending
        self.from = from
        page = reader.page(of: from)
    }

    /// The entry that it stands at; nil at the end.
    mutating func peek() throws(LedgerFailure) -> IndexEntry? {
        if !isPlaced { try place() }
        while position < 0 || position >= entries.count {
            page += descending ? -1 : 1
            guard page >= 0, page < reader.pageCount else { return nil }
            entries = try pages.entries(reader, page)
            position = descending ? entries.count - 1 : 0
        }
        return entries[position].kind == kind ? entries[position] : nil
    }

    /// Goes on to the next entry.
    mutating func advance() {
        position += descending ? -1 : 1
    }

    private mutating func place() throws(LedgerFailure) {
        isPlaced = true
        guard page < reader.pageCount else { return }
        entries = try pages.entries(reader, page)
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            let isBefore = descending ? entries[middle] <= from : entries[middle] < from
            if isBefore { low = middle + 1 } else { high = middle }
        }
        position = descending ? low - 1 : low
    }
}
