/// Reading of the source's fields that other tools write in several ways.
enum RetailText {
    /// A customer's number without the `.0` that spreadsheets and data frames add.
    static func customer(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let number = bytes.dropLast(2)
        guard !number.isEmpty, bytes.suffix(2) == [UInt8(ascii: "."), UInt8(ascii: "0")],
            number.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return bytes }
        return number
    }

    /// Millionths of a price in a currency with two decimals; nil where it may be more than one number.
    ///
    /// A price that is truly finer than a penny, as 0.001, is read: it is an exception, and what it is worth is known. One with noughts
    /// behind the pennies, or with what may be thousands behind the point, as 2.550 and 1.255, is not.
    static func millionths(_ bytes: ArraySlice<UInt8>, mark: DecimalMark) -> Int64? {
        var text = SourceText.trim(bytes)
        if mark == .comma {
            guard !text.contains(UInt8(ascii: ".")) else { return nil }
            text = text.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }[...]
        }
        guard let value = ExactDecimal.parse(text) else { return nil }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count > 2 else { return value }
        let whole = parts[0].drop { $0 == UInt8(ascii: "-") }
        let mayBeThousands = parts[1].count == 3 && whole.count <= 3 && whole.first != UInt8(ascii: "0")
        return mayBeThousands || value % Int64(RetailBounds.millionthsInMinor) == 0 ? nil : value
    }

    /// Seconds since 1970 of `2010-12-01 08:26:00`, `2010-12-01T08:26Z` or `12/1/2010 8:26` (month first).
    ///
    /// A first number above 12 between slashes is taken as a day. Nil for anything else. Used for the pace of a
    /// replay and its report only, never for what is written.
    static func seconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var parts: [Int64] = []
        var inNumber = false
        let hasSlashes = bytes.contains(UInt8(ascii: "/"))
        for byte in bytes {
            guard byte >= 0x30, byte <= 0x39 else {
                inNumber = false
                // A fraction of a second or a zone does not matter to a pace counted in minutes.
                if byte == UInt8(ascii: "."), parts.count == 6 { break }
                continue
            }
            if !inNumber {
                guard parts.count < 6 else { break }
                parts.append(0)
                inNumber = true
            }
            guard parts[parts.count - 1] < 100_000 else { return nil }
            parts[parts.count - 1] = parts[parts.count - 1] * 10 + Int64(byte - 0x30)
        }
        guard parts.count >= 3 else { return nil }
        if hasSlashes { parts.replaceSubrange(0..<3, with: slashed(parts)) }
        let (year, month, day) = (parts[0], parts[1], parts[2])
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let clock = parts.dropFirst(3) + [0, 0, 0]
        let time = clock.prefix(3).reduce(0) { $0 * 60 + $1 }
        return days(year, month, day) * 86_400 + time
    }

    private static func slashed(_ parts: [Int64]) -> [Int64] {
        if parts[0] > 31 { return [parts[0], parts[1], parts[2]] }
        return parts[0] > 12 ? [parts[2], parts[1], parts[0]] : [parts[2], parts[0], parts[1]]
    }

    /// Days since 1970-01-01 in the Gregorian calendar (Hinnant, *chrono-compatible low-level date algorithms*).
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
