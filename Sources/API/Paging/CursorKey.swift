import Ledger
import Trading

/// The key of a list's element, as the bytes in a cursor.
public protocol CursorKey {
    /// Its bytes.
    var cursorBytes: [UInt8] { get }
    /// The key with these bytes; nil where there is none.
    init?(cursorBytes: [UInt8])
}

extension ID: CursorKey {
    /// 16 bytes.
    public var cursorBytes: [UInt8] { bits.bytes }

    /// The id of 16 bytes.
    public init?(cursorBytes: [UInt8]) {
        guard let bits = Bits128(bytes: cursorBytes) else { return nil }
        self.init(bits)
    }
}

extension String: CursorKey {
    /// UTF-8.
    public var cursorBytes: [UInt8] { Array(utf8) }

    /// The text in UTF-8.
    public init?(cursorBytes: [UInt8]) {
        self.init(validating: cursorBytes, as: UTF8.self)
    }
}

extension SKU: CursorKey {
    /// ASCII.
    public var cursorBytes: [UInt8] { Array(description.utf8) }

    /// The SKU, where the bytes are one.
    public init?(cursorBytes: [UInt8]) {
        guard let text = String(validating: cursorBytes, as: UTF8.self) else { return nil }
        self.init(text)
    }
}

extension Int64: CursorKey {
    /// Eight bytes, big-endian.
    public var cursorBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

    /// The number of eight bytes.
    public init?(cursorBytes: [UInt8]) {
        guard cursorBytes.count == 8 else { return nil }
        self = cursorBytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}

extension SearchHit: CursorKey {
    /// The rank, and the SKU.
    public var cursorBytes: [UInt8] { rank.cursorBytes + sku.cursorBytes }

    /// The place in a search.
    public init?(cursorBytes: [UInt8]) {
        guard let rank = Int64(cursorBytes: Array(cursorBytes.prefix(8))),
            let sku = SKU(cursorBytes: Array(cursorBytes.dropFirst(8)))
        else { return nil }
        self.init(rank: rank, sku: sku)
    }
}

extension [Int64]: CursorKey {
    /// Eight bytes each.
    public var cursorBytes: [UInt8] { flatMap(\.cursorBytes) }

    /// The numbers; nil for no bytes.
    public init?(cursorBytes: [UInt8]) {
        guard !cursorBytes.isEmpty, cursorBytes.count % 8 == 0 else { return nil }
        self = stride(from: 0, to: cursorBytes.count, by: 8).compactMap {
            Int64(cursorBytes: [UInt8](cursorBytes[$0..<$0 + 8]))
        }
    }
}
