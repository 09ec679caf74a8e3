// A currency of ISO 4217, with the exponent that gives the number of decimals of its minor unit. Code, number and exponent are
// packed into one word, so that an amount with its currency needs no heap allocation and no look-up.

/// A currency of ISO 4217 that has a minor unit.
///
/// Source: ISO 4217 list one, kept in `Currency+table.swift`.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// From the top: three letters of five bits, the exponent in three bits, the number in ten.
    private let packed: UInt32

    /// The currency with this three-letter code in upper case; nil for any other text, and for codes without a minor unit.
    public init?(_ code: String) {
        guard let letters = Self.letters(code.utf8), let known = Self.find(letters) else { return nil }
        self = known
    }

    /// A row of the table.
    init(row code: StaticString, _ numericCode: UInt32, _ exponent: UInt32) {
        guard let letters = code.withUTF8Buffer({ Self.letters($0) }) else {
            preconditionFailure("\(code) is not a currency code")
        }
        packed = letters << 13 | exponent << 10 | numericCode
    }

    /// Three upper-case letters.
    public var code: String {
        let letters = [packed >> 23, packed >> 18, packed >> 13].map {
            UInt8(ascii: "A") + UInt8(truncatingIfNeeded: $0 & 0x1F)
        }
        return String(decoding: letters, as: UTF8.self)
    }

    /// The number of decimals of the minor unit: 0, 2, 3 or 4.
    public var exponent: Int { Int(packed >> 10 & 0x7) }

    /// ISO 4217's number, 8 to 999.
    public var numericCode: Int { Int(packed & 0x3FF) }

    /// The code.
    public var description: String { code }

    /// Every currency, in the order of the codes.
    public static var all: [Currency] { table }

    /// Pound sterling.
    public static let gbp = Currency(row: "GBP", 826, 2)
    /// Euro.
    public static let eur = Currency(row: "EUR", 978, 2)
    /// US dollar.
    public static let usd = Currency(row: "USD", 840, 2)
    /// Yen, which has no decimals.
    public static let jpy = Currency(row: "JPY", 392, 0)
    /// Kuwaiti dinar, which has three decimals.
    public static let kwd = Currency(row: "KWD", 414, 3)

    /// Three upper-case letters in fifteen bits, which sort as the letters do.
    private static func letters(_ code: some Sequence<UInt8>) -> UInt32? {
        var letters: UInt32 = 0
        var count = 0
        for byte in code {
            guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte, count < 3 else { return nil }
            letters = letters << 5 | UInt32(byte - UInt8(ascii: "A"))
            count += 1
        }
        return count == 3 ? letters : nil
    }

    /// The row with these letters, by binary search.
    private static func find(_ letters: UInt32) -> Currency? {
        let rows = table
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            let found = rows[middle].packed >> 13
            if found == letters { return rows[middle] }
            if found < letters { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
