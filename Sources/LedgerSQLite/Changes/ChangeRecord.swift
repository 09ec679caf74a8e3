// What a turn changed, as bytes: the form in which turns stand in the change journal and in the archive. A record holds the same
// columns that the engine saved, so writing it costs a copy, and applying it repeats the save. The tables are described by records of
// their own, so that a later build, with other columns, can apply what an earlier one wrote.

import CZlib
import Ledger
import Trading

/// The head of a record.
package struct ChangeHeader: Hashable, Sendable {
    /// What a record holds.
    package enum Kind: UInt32, Sendable {
        /// The changes of one turn.
        case changes = 1
        /// The tables that records of changes refer to.
        case tables = 2
    }

    /// The size of a head, in bytes.
    package static let size = 96
    /// The greatest payload that is read; a batch is far smaller.
    package static let payloadMax = 1 << 30
    private static let magic: UInt32 = 0x314A_5754

    package let kind: Kind
    /// The turn; of a description of tables, a turn with the number 0.
    package let turn: LedgerTurn
    /// The turn before it; number 0 for none.
    package let before: LedgerTurn
    /// The last event of the feed after this turn; -1 where the turn added none.
    package let lastEvent: Int64
    /// Names the description of tables.
    package let tables: UInt64
    /// The size of the payload, in bytes.
    package let payloadCount: Int
    let checksum: UInt32

    init(
        _ kind: Kind,
        turn: LedgerTurn,
        before: LedgerTurn,
        lastEvent: Int64,
        tables: UInt64,
        payload: UnsafeRawBufferPointer
    ) {
        self.kind = kind
        self.turn = turn
        self.before = before
        self.lastEvent = lastEvent
        self.tables = tables
        payloadCount = payload.count
        checksum = Self.checksum(payload)
    }

    /// Reads a head; nil where the bytes are not one.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size else { return nil }
        func word<Word: FixedWidthInteger>(_ offset: Int, _: Word.Type = Word.self) -> Word {
            Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
        }
        func turn(_ offset: Int) -> LedgerTurn {
            LedgerTurn(
                number: word(offset),
                at: Timestamp(milliseconds: word(offset + 8)),
                writer: Bits128(high: word(offset + 16), low: word(offset + 24))
            )
        }
        guard word(0, UInt32.self) == Self.magic, let kind = Kind(rawValue: word(4)) else { return nil }
        let count = Int(word(8, UInt32.self))
        guard count <= Self.payloadMax else { return nil }
        self.kind = kind
        payloadCount = count
        checksum = word(12)
        self.turn = turn(16)
        before = turn(48)
        lastEvent = word(80)
        tables = word(88)
    }

    /// Appends the head.
    package func write(to bytes: inout [UInt8]) {
        func add(_ word: some FixedWidthInteger) {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        add(Self.magic)
        add(kind.rawValue)
        add(UInt32(payloadCount))
        add(checksum)
        for turn in [turn, before] {
            add(turn.number)
            add(turn.at.milliseconds)
            add(turn.writer.high)
            add(turn.writer.low)
        }
        add(lastEvent)
        add(tables)
    }

    /// Whether the writer saw a change of the file without a turn just before this one: something that is in no journal, or only the log
    /// begun anew by a process that was killed before its commit.
    package var followsUnknown: Bool { before.number > 0 && before.writer == LedgerTurn.none.writer }

    /// Whether it is the record of the turn after `turn`.
    package func follows(_ turn: LedgerTurn) -> Bool {
        before == turn || (followsUnknown && before.number == turn.number && before.at == turn.at)
    }

    /// Whether a payload is the one that the head was written for.
    package func matches(_ payload: UnsafeRawBufferPointer) -> Bool {
        payload.count == payloadCount && Self.checksum(payload) == checksum
    }

    private static func checksum(_ payload: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(0, payload.baseAddress?.assumingMemoryBound(to: UInt8.self), payload.count))
    }
}

/// The payload of a record of changes.
///
/// For each table: its place in the description, and the columns of the deleted keys, updated rows and inserted rows. Columns are a
/// count of values and of bytes, a byte for each value's kind, a word for each value that is not null, and the bytes.
enum ChangePayload {
    private enum Tag: UInt8 {
        case null, integer, text, blob
    }

    /// Appends the changes of one table.
    static func write(_ changes: TableChanges, place: UInt16, to bytes: inout [UInt8]) {
        append(place, to: &bytes)
        write(changes.deleted, to: &bytes)
        write(changes.updated, to: &bytes)
        write(changes.inserted, to: &bytes)
    }

    private static func append(_ word: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func write(_ columns: RowColumns, to bytes: inout [UInt8]) {
        let (values, count) = (columns.values, columns.bytes.count)
        append(UInt32(values.count), to: &bytes)
        append(UInt32(count), to: &bytes)
        guard !values.isEmpty else { return }
        bytes.reserveCapacity(bytes.count + values.count * 9 + count)
        for value in values {
            let tag: Tag =
                switch value {
                case .null: .null
                case .integer: .integer
                case .text: .text
                case .blob: .blob
                }
            bytes.append(tag.rawValue)
        }
        for value in values {
            switch value {
            case .null: break
            case .integer(let value): append(value, to: &bytes)
            case .text(let range), .blob(let range): append(Int64(range.count), to: &bytes)
            }
        }
        bytes.append(contentsOf: columns.bytes)
    }

    /// One table's part of a payload.
    struct Part {
        let place: Int
        let deleted: RowColumns
        let updated: RowColumns
        let inserted: RowColumns
    }

    /// Reads all parts; nil where the bytes are not a payload.
    static func parts(_ bytes: UnsafeRawBufferPointer) -> [Part]? {
        var reader = Reader(bytes: bytes)
        var parts: [Part] = []
        while reader.offset < bytes.count {
            guard let place = reader.word(UInt16.self), let deleted = reader.columns(),
                let updated = reader.columns(), let inserted = reader.columns()
            else { return nil }
            parts.append(Part(place: Int(place), deleted: deleted, updated: updated, inserted: inserted))
        }
        return parts
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var offset = 0

        mutating func word<Word: FixedWidthInteger>(_: Word.Type) -> Word? {
            guard bytes.count - offset >= MemoryLayout<Word>.size else { return nil }
            defer { offset += MemoryLayout<Word>.size }
            return Word(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
        }

        mutating func columns() -> RowColumns? {
            guard let count = word(UInt32.self).map(Int.init), let size = word(UInt32.self).map(Int.init),
                count <= bytes.count - offset
            else { return nil }
            let tags = bytes[offset..<offset + count]
            offset += count
            var words = self
            words.offset = offset
            let present = tags.reduce(0) { $0 + ($1 == Tag.null.rawValue ? 0 : 1) }
            guard present * 8 + size <= bytes.count - offset else { return nil }
            var start = offset + present * 8
            offset = start + size
            var columns = RowColumns()
            for tag in tags {
                switch Tag(rawValue: tag) {
                case .null: columns.null()
                case .integer:
                    guard let value = words.word(Int64.self) else { return nil }
                    columns.integer(value)
                case .text, .blob:
                    guard let count = words.word(Int64.self), count >= 0, count <= Int64(offset - start) else {
                        return nil
                    }
                    let value = UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(count)])
                    start += Int(count)
                    if tag == Tag.text.rawValue { columns.text(utf8: value) } else { columns.blob(value) }
                case nil: return nil
                }
            }
            return start == offset ? columns : nil
        }
    }
}
