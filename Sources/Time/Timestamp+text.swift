// RFC 3339, as it is written and read.

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, as in `2026-11-23T05:21:01.123Z`.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { text in
            write(to: text)
            return Self.textLength
        }
    }

    /// The same with milliseconds only where there are any: `2026-11-23T05:21:01Z`.
    public var briefText: String {
        milliseconds % 1000 == 0 ? description.prefix(19) + "Z" : description
    }

    /// The bytes of the RFC 3339 text.
    public var utf8: [UInt8] {
        Array(unsafeUninitializedCapacity: Self.textLength) { text, count in
            write(to: text)
            count = Self.textLength
        }
    }

    /// How many bytes the RFC 3339 text has.
    public static let textLength = 24

    /// Writes the RFC 3339 text, all ASCII, into ``textLength`` bytes; an instant beyond what it can write as the nearest one.
    public func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        let (days, time) = clamped.milliseconds.floored(by: GregorianDate.dayMilliseconds)
        let date = GregorianDate(days: days)
        text.write(date.year / 100, at: 0, then: nil)
        text.write(date.year % 100, at: 2, then: "-")
        text.write(date.month, at: 5, then: "-")
        text.write(date.day, at: 8, then: "T")
        text.write(time / 3_600_000, at: 11, then: ":")
        text.write(time / 60_000 % 60, at: 14, then: ":")
        text.write(time / 1000 % 60, at: 17, then: ".")
        text.write(time % 1000 / 10, at: 20, then: nil)
        text[22] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: time % 10)
        text[23] = UInt8(ascii: "Z")
    }

    /// Reads RFC 3339 text: a date, `T` or a space, a time, an optional fraction, and `Z` or an offset.
    ///
    /// Digits of the fraction beyond milliseconds are cut off. A leap second (`:60`) is taken as the second after it.
    public init?(_ text: String) {
        var scanner = DigitScanner(Array(text.utf8)[...])
        guard let days = scanner.date(), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let time = scanner.timeOfDay(), let offset = scanner.offsetMinutes(), scanner.isAtEnd
        else { return nil }
        self.init(milliseconds: days * GregorianDate.dayMilliseconds + time - offset * 60_000)
    }
}

extension DigitScanner {
    /// `Z`, or hours and minutes with a colon, as minutes ahead of UTC.
    fileprivate mutating func offsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64 = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Writes two digits, and what stands after them.
    fileprivate func write(_ value: Int64, at index: Int, then mark: Unicode.Scalar?) {
        let (tens, ones) = value.quotientAndRemainder(dividingBy: 10)
        self[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: tens)
        self[index + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: ones)
        if let mark { self[index + 2] = UInt8(ascii: mark) }
    }
}
