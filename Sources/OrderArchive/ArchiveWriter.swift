// A file of the archive: blocks of orders, each with all of its rows, then an index that leads from every key to its block, then the list of
// both. Everything after the first line is in compressed frames with a hash each, and the file is named after a digest of the whole. It is
// written once, and never changes.
//
//     magic · blocks · pages of the index · contents · where the contents are · magic

import Bytes
import Crypto
import Foundation
import Ledger
import Trading
import Zstandard

/// What a file of the archive begins and ends with.
enum ArchiveMark {
    static let start = Array("TWARCH1\n".utf8)
    static let end = Array("TWARCHE\n".utf8)
    /// The frame of the contents, and the closing mark.
    static let trailerSize = 24 + end.count
}

/// Writes a file of the archive.
///
/// Confined to one task. A file that is not finished has a name that no file of the archive has, and is removed by the next run.
package final class ArchiveWriter {
    /// The bounds of a file.
    package struct Bounds: Hashable, Sendable {
        /// The most orders.
        package var orders = 100_000
        /// The size before compression at which it is full, in bytes.
        package var bytes = 512 << 20
        /// The size before compression at which a block is full, in bytes.
        package var blockBytes = 64 << 10

        /// The usual bounds.
        package init() {}
    }

    private let directory: String
    private let path: String
    private let handle: FileHandle
    private let bounds: Bounds
    private var sha = SHA256()
    private var offset: UInt64 = 0
    private var rawBytes = 0
    private var block: [UInt8] = []
    private var blocks: [Frame] = []
    private var entries: [IndexEntry] = []
    /// The number of orders so far.
    package private(set) var orders = 0

    /// Begins a file in a directory, which is made where there is none.
    ///
    /// - Throws: a failure to write there.
    package init(in directory: String, bounds: Bounds = Bounds()) throws(LedgerFailure) {
        self.directory = directory
        self.bounds = bounds
        path = "\(directory)/\(ArchiveNames.unfinished)\(UUID().uuidString.lowercased())"
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Self.failure("\(directory): \(error.localizedDescription)")
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("\(path): \(String(cString: strerror(errno)))", errno) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try put(ArchiveMark.start)
    }

    /// Whether it has all that one file may have.
    package var isFull: Bool { orders >= bounds.orders || rawBytes >= bounds.bytes }

    /// Adds the rows of an order; orders come in the order of their ids.
    package func add(_ rows: OrderRows) throws(LedgerFailure) {
        let number = UInt32(blocks.count)
        let before = block.count
        let columns = rows.columns
        block.add(rows.order.id.bits)
        block.add(UInt32(columns.count))
        for (table, row) in columns {
            block.append(UInt8(table))
            block.add(row)
        }
        for (table, row) in columns {
            entries.append(IndexEntry(kind: UInt8(table), key: row.firstKey, block: number))
        }
        for row in rows.payments {
            guard let provider = row.payment.provider, let reference = row.payment.reference else { continue }
            let key = IndexEntry.key(ofReference: reference, at: provider)
            entries.append(IndexEntry(kind: IndexEntry.reference, key: key, block: number))
        }
        for person in rows.people {
            entries.append(IndexEntry(kind: IndexEntry.customer, key: person.bits, block: number))
        }
        orders += 1
        rawBytes += block.count - before
        if block.count >= bounds.blockBytes { try endBlock() }
    }

    /// Finishes the file: it is complete on the disk, under its own name, when this returns.
    package func finish(number: Int64, at now: Timestamp) throws(LedgerFailure) -> ArchiveFileRow {
        try endBlock()
        let pages = try writeIndex()
        let contents = try frame(contents(pages))
        var trailer: [UInt8] = []
        contents.write(to: &trailer)
        try put(trailer + ArchiveMark.end)
        let digest = Array(sha.finalize())
        let name = ArchiveNames.name(number: number, digest: digest)
        try Self.check(fsync(handle.fileDescriptor), path)
        try Self.check(rename(path, "\(directory)/\(name)"), path)
        try Self.sync(directory: directory)
        return ArchiveFileRow(
            number: number,
            name: name,
            digest: digest,
            size: Int64(offset),
            orders: Int64(orders),
            at: now
        )
    }

    /// Removes what was written, instead of finishing it.
    package func discard() {
        // What cannot be removed now is removed by the next run.
        _ = unlink(path)
    }

    private func endBlock() throws(LedgerFailure) {
        guard !block.isEmpty else { return }
        blocks.append(try frame(block))
        block.removeAll(keepingCapacity: true)
    }

    private func writeIndex() throws(LedgerFailure) -> [(first: IndexEntry, frame: Frame)] {
        let sorted = Array(Set(entries)).sorted()
        let perPage = max(1, bounds.blockBytes / IndexEntry.size)
        var pages: [(IndexEntry, Frame)] = []
        for start in stride(from: 0, to: sorted.count, by: perPage) {
            var page: [UInt8] = []
            for entry in sorted[start..<min(start + perPage, sorted.count)] { entry.write(to: &page) }
            pages.append((sorted[start], try frame(page)))
        }
        return pages
    }

    /// The tables with their columns, the blocks, and the pages of the index.
    private func contents(_ pages: [(first: IndexEntry, frame: Frame)]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(UInt8(OrderRows.schemas.count))
        for schema in OrderRows.schemas {
            bytes.add(run: Array(schema.name.utf8))
            bytes.add(UInt16(schema.columns.count))
            for column in schema.columns { bytes.add(run: Array(column.name.utf8)) }
        }
        bytes.add(UInt64(orders))
        bytes.add(UInt32(blocks.count))
        for block in blocks { block.write(to: &bytes) }
        bytes.add(UInt32(pages.count))
        for page in pages {
            page.first.write(to: &bytes)
            page.frame.write(to: &bytes)
        }
        return bytes
    }

    private func frame(_ bytes: [UInt8]) throws(LedgerFailure) -> Frame {
        guard bytes.count <= Frame.rawMax else { throw Self.failure("an order with more than \(Frame.rawMax) bytes") }
        let packed: [UInt8]
        do throws(ZstdFailure) {
            packed = try Frame.zstd.compress(bytes)
        } catch {
            throw Self.failure("\(path) cannot be compressed: \(error)")
        }
        let frame = Frame(
            offset: offset,
            length: UInt32(packed.count),
            rawLength: UInt32(bytes.count),
            hash: Frame.hash(packed)
        )
        try put(packed)
        return frame
    }

    private func put(_ bytes: [UInt8]) throws(LedgerFailure) {
        var done = 0
        while done < bytes.count {
            let written = bytes[done...].withUnsafeBytes { write(handle.fileDescriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("\(path): \(String(cString: strerror(errno)))", errno) }
            done += written
        }
        sha.update(data: bytes)
        offset += UInt64(bytes.count)
    }

    private static func check(_ result: Int32, _ path: String) throws(LedgerFailure) {
        guard result == 0 else { throw failure("\(path): \(String(cString: strerror(errno)))", errno) }
    }

    private static func sync(directory: String) throws(LedgerFailure) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try check(descriptor >= 0 ? 0 : -1, directory)
        defer { close(descriptor) }
        try check(fsync(descriptor), directory)
    }

    private static func failure(_ detail: String, _ code: Int32 = 0) -> LedgerFailure {
        LedgerFailure(code == ENOSPC ? .diskFull : .io, phase: .save, retry: .safe, detail: detail)
    }
}

extension RowColumns {
    /// The first column, which is the key of each table of the archive: 16 bytes.
    var firstKey: Bits128 {
        guard case .blob(let range) = values.first, let key = Bits128(bytes: Array(bytes[range])) else {
            preconditionFailure("a table of the archive has a key of 16 bytes")
        }
        return key
    }
}

/// The names of files in the directory of the archive.
enum ArchiveNames {
    /// What the name of an unfinished file begins with.
    static let unfinished = "unfinished-"
    private static let prefix = "orders-"

    static func name(number: Int64, digest: [UInt8]) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        return prefix + padded + "-" + Hex.text(digest.prefix(8)) + ArchiveDirectory.ending
    }

    /// Whether a file is one that a run left: everything else in the directory is not ours.
    static func isOurs(_ name: String) -> Bool {
        name.hasPrefix(unfinished) || (name.hasPrefix(prefix) && name.hasSuffix(ArchiveDirectory.ending))
    }
}
