// Every object in the ledger without a natural key has an id: a prefix and a UUIDv7 (RFC 9562 section 5.7), as in
// `ord_0199c2f0a3b47c6e8d2f5a1b3c4d5e6f`. The first 48 bits are the time in milliseconds, so ids sort by creation and inserts
// append to the end of an index, however large it has grown.

import Bytes

/// A type whose values have ids, with their prefix.
public protocol Identified {
    /// Three or four lower-case letters, without the underscore.
    static var idPrefix: String { get }
}

/// The id of a `Subject`: a UUIDv7 with the subject's prefix.
public struct ID<Subject: Identified>: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The upper 64 bits: 48 bits of milliseconds, the version, and 12 random bits.
    public let high: UInt64
    /// The lower 64 bits: the variant and 62 random bits.
    public let low: UInt64

    /// An id from its 128 bits, as an engine stores them.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new id made of the time and random bits, greater than the one made before it.
    ///
    /// The 12 bits after the time begin at random in each millisecond and are then incremented (RFC 9562 section 6.2, method 1),
    /// so that ids sort in the order in which they were made. The 62 bits after them are the unpredictable part.
    ///
    /// - Parameter last: the upper half of the id made before; 0 where there is none.
    public init(at time: Timestamp, random: (UInt64, UInt64), after last: UInt64 = 0) {
        let milliseconds = UInt64(truncatingIfNeeded: time.milliseconds) & 0xFFFF_FFFF_FFFF
        // At most half of the counter's range, so that there is room to increment.
        let start = 0x7000 | random.0 & 0x07FF
        var next = milliseconds << 16 | start
        if next <= last {
            next = last + 1
            // The counter is full: continue as if the next millisecond had begun.
            if next & 0xF000 != 0x7000 { next = (last >> 16 + 1) << 16 | start }
        }
        high = next
        low = 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// Parses the text form; nil for another prefix, another length or anything but 32 lower-case hex digits.
    public init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        for expected in Subject.idPrefix.utf8 {
            guard bytes.popFirst() == expected else { return nil }
        }
        guard bytes.popFirst() == UInt8(ascii: "_"), bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for byte in bytes {
            guard let digit = Hex.value(byte) else { return nil }
            words.0 = words.0 << 4 | words.1 >> 60
            words.1 = words.1 << 4 | UInt64(digit)
        }
        self.init(high: words.0, low: words.1)
    }

    /// Whether `lhs` was made before `rhs`, by the time in the ids.
    public static func < (lhs: ID, rhs: ID) -> Bool {
        lhs.high == rhs.high ? lhs.low < rhs.low : lhs.high < rhs.high
    }

    /// The prefix, an underscore and 32 hex digits.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { text in
            write(to: text)
            return Self.textLength
        }
    }

    /// The length of its text in bytes.
    public static var textLength: Int { Subject.idPrefix.utf8.count + 33 }

    /// Writes its text, all ASCII, into ``textLength`` bytes.
    public func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        var index = 0
        for byte in Subject.idPrefix.utf8 {
            text[index] = byte
            index += 1
        }
        text[index] = UInt8(ascii: "_")
        for word in [high, low] {
            var rest = word
            for digit in stride(from: index + 16, to: index, by: -1) {
                text[digit] = Hex.digit(UInt8(rest & 0xF))
                rest >>= 4
            }
            index += 16
        }
    }
}

/// 128 bits that identify an object regardless of its type: the bits of an id, or a digest.
public struct Bits128: Hashable, Comparable, Sendable {
    /// The upper 64 bits.
    public let high: UInt64
    /// The lower 64 bits.
    public let low: UInt64

    /// The bits from their halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Order by value, as engines sort the bytes.
    public static func < (lhs: Bits128, rhs: Bits128) -> Bool {
        lhs.high == rhs.high ? lhs.low < rhs.low : lhs.high < rhs.high
    }
}

extension ID {
    /// Its 128 bits without the type.
    public var bits: Bits128 { Bits128(high: high, low: low) }

    /// The id with these bits.
    public init(_ bits: Bits128) {
        self.init(high: bits.high, low: bits.low)
    }
}
