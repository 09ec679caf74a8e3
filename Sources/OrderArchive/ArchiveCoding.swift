// The bytes of a file of the archive: integers with the small end first, texts and bytes behind their length.

import Bytes
import Ledger
import Trading
import Zstandard

extension [UInt8] {
    mutating func add(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func add(_ key: Bits128) {
        Swift.withUnsafeBytes(of: (key.high.bigEndian, key.low.bigEndian)) { append(contentsOf: $0) }
    }

    mutating func add(run bytes: some Collection<UInt8>) {
        add(UInt32(bytes.count))
        append(contentsOf: bytes)
    }

    /// Adds a row: the number of its columns, and each with its kind.
    mutating func add(_ columns: RowColumns) {
        add(UInt16(columns.values.count))
        for value in columns.values {
            switch value {
            case .null: append(0)
            case .integer(let number):
                append(1)
                add(number)
            case .text(let range):
                append(2)
                add(run: columns.bytes[range])
            case .blob(let range):
                append(3)
                add(run: columns.bytes[range])
            }
        }
    }
}

/// Reads what was written; a read past the end gives nil, so a damaged length is noticed.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        let size = MemoryLayout<Value>.size
        guard bytes.count - position >= size else { return nil }
        defer { position += size }
        return bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self)) }
    }

    mutating func key() -> Bits128? {
        guard bytes.count - position >= 16 else { return nil }
        defer { position += 16 }
        return bytes.withUnsafeBytes { bytes in
            Bits128(
                high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self))
            )
        }
    }

    mutating func run() -> ArraySlice<UInt8>? {
        guard let length = integer(UInt32.self), bytes.count - position >= Int(length) else { return nil }
        defer { position += Int(length) }
        return bytes[position..<position + Int(length)]
    }

    mutating func text() -> String? {
        run().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads a row.
    mutating func columns() -> RowColumns? {
        guard let count = integer(UInt16.self) else { return nil }
        var columns = RowColumns()
        for _ in 0..<count {
            switch integer(UInt8.self) {
            case 0: columns.null()
            case 1:
                guard let number = integer(Int64.self) else { return nil }
                columns.integer(number)
            case 2:
                guard let run = run() else { return nil }
                run.withUnsafeBytes { columns.text(utf8: $0) }
            case 3:
                guard let run = run() else { return nil }
                run.withUnsafeBytes { columns.blob($0) }
            default: return nil
            }
        }
        return columns
    }
}

/// A run of compressed bytes in a file.
struct Frame: Hashable, Sendable {
    /// Where it begins.
    let offset: UInt64
    /// Its length.
    let length: UInt32
    /// The length of the bytes before compression.
    let rawLength: UInt32
    /// The hash of the compressed bytes.
    let hash: UInt64

    /// The most bytes before compression: an order with its labels is in one frame.
    static let rawMax = 1 << 30
    /// Fast enough to keep up with a disk; higher levels gain little on short blocks.
    static let zstd = ZstdFrames(level: 6)

    init(offset: UInt64, length: UInt32, rawLength: UInt32, hash: UInt64) {
        self.offset = offset
        self.length = length
        self.rawLength = rawLength
        self.hash = hash
    }

    init?(_ bytes: inout ByteReader) {
        guard let offset = bytes.integer(UInt64.self), let length = bytes.integer(UInt32.self),
            let rawLength = bytes.integer(UInt32.self), let hash = bytes.integer(UInt64.self)
        else { return nil }
        self.init(offset: offset, length: length, rawLength: rawLength, hash: hash)
    }

    func write(to bytes: inout [UInt8]) {
        bytes.add(offset)
        bytes.add(length)
        bytes.add(rawLength)
        bytes.add(hash)
    }

    static func hash(_ bytes: [UInt8]) -> UInt64 { FNV1a(bytes).value }
}

/// What an index leads to: a block of rows, by a key in a table, by a provider's reference or by a customer.
struct IndexEntry: Hashable, Comparable, Sendable {
    /// The place of the table in the file's list, or one of the two below.
    let kind: UInt8
    let key: Bits128
    /// The number of the block.
    let block: UInt32

    /// The kind of entries that lead from a provider's reference to the block of the payment.
    static let reference: UInt8 = 254
    /// The kind of entries that lead from a customer to the blocks of the orders and credits.
    static let customer: UInt8 = 255
    static let size = 21

    init(kind: UInt8, key: Bits128, block: UInt32) {
        self.kind = kind
        self.key = key
        self.block = block
    }

    init?(_ bytes: inout ByteReader) {
        guard let kind = bytes.integer(UInt8.self), let key = bytes.key(), let block = bytes.integer(UInt32.self) else {
            return nil
        }
        self.init(kind: kind, key: key, block: block)
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(kind)
        bytes.add(key)
        bytes.add(block)
    }

    static func < (lhs: IndexEntry, rhs: IndexEntry) -> Bool {
        (lhs.kind, lhs.key, lhs.block) < (rhs.kind, rhs.key, rhs.block)
    }

    /// The key of a provider's reference: two hashes of it, which may lead astray but never past it.
    static func key(ofReference reference: String, at provider: String) -> Bits128 {
        Bits128(
            high: FNV1a(Array("\(provider)\n\(reference)".utf8)).value,
            low: FNV1a(Array("\(reference)\n\(provider)".utf8)).value
        )
    }
}
