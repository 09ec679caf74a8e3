// An instant, in whole milliseconds since 1970-01-01T00:00:00Z. Rules never ask what time it is: the instant is an input, so
// that a decision can be repeated exactly. Outside it is written as RFC 3339 in UTC with milliseconds.

/// An instant in UTC, to the millisecond.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// An instant from milliseconds since the Unix epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Whether `lhs` is earlier than `rhs`.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.milliseconds < rhs.milliseconds
    }

    /// The instant `seconds` later, clamped to what RFC 3339 can write (years 0000 to 9999).
    public func adding(seconds: Int64) -> Timestamp {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflowed) = milliseconds.addingReportingOverflow(product)
        if overflow || overflowed { return seconds > 0 ? .latest : .earliest }
        return Timestamp(milliseconds: min(max(sum, Self.earliest.milliseconds), Self.latest.milliseconds))
    }

    /// The first instant of year 0, the earliest that RFC 3339 can write.
    public static let earliest = Timestamp(milliseconds: -62_167_219_200_000)
    /// The last millisecond of year 9999, the latest that RFC 3339 can write.
    public static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    /// RFC 3339 in UTC with milliseconds, as in `2026-11-23T05:21:01.123Z`.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { text in
            write(to: text)
            return Self.textLength
        }
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

    /// Writes the RFC 3339 text, all ASCII, into ``textLength`` bytes.
    ///
    /// Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `civil_from_days`.
    public func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        let clamped = min(max(milliseconds, Self.earliest.milliseconds), Self.latest.milliseconds)
        let (days, dayMilliseconds) = clamped.flooredDivision(by: 86_400_000)
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)

        text.write(year / 100, at: 0, then: nil)
        text.write(year % 100, at: 2, then: "-")
        text.write(month, at: 5, then: "-")
        text.write(day, at: 8, then: "T")
        text.write(dayMilliseconds / 3_600_000, at: 11, then: ":")
        text.write(dayMilliseconds / 60_000 % 60, at: 14, then: ":")
        text.write(dayMilliseconds / 1000 % 60, at: 17, then: ".")
        text.write(dayMilliseconds % 1000 / 10, at: 20, then: nil)
        text[22] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: dayMilliseconds % 10)
        text[23] = UInt8(ascii: "Z")
    }

    /// Reads RFC 3339 text: a date, `T` or a space, a time, an optional fraction, and `Z` or an offset.
    ///
    /// Digits of the fraction beyond milliseconds are cut off. A leap second (`:60`) is taken as the second after it.
    public init?(_ text: String) {
        var scanner = DigitScanner(bytes: Array(text.utf8))
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2), scanner.skip(":"),
            let second = scanner.digits(2)
        else { return nil }
        var fraction: Int64 = 0
        if scanner.skip(".") {
            guard let milliseconds = scanner.fractionMilliseconds() else { return nil }
            fraction = milliseconds
        }
        guard let offset = scanner.offsetMinutes(), scanner.isAtEnd else { return nil }
        guard (1...12).contains(month), (1...Self.days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = days * 86_400 + hour * 3600 + (minute - offset) * 60 + second
        self.init(milliseconds: seconds * 1000 + fraction)
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

private struct DigitScanner {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func digits(_ count: Int) -> Int64? {
        guard position + count <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + count] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        position += count
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func fractionMilliseconds() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let digit = digits(1) {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        while count < 3 {
            value *= 10
            count += 1
        }
        return value
    }

    mutating func offsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") {
            sign = 1
        } else if skip("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
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
