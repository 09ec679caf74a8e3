// RFC 3339, read and written; and what else other people's lists have for times.
//
// Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil` and `civil_from_days`.

extension Moment: CustomStringConvertible, Codable {
    /// RFC 3339 in UTC, as in `2026-11-23T05:21:01Z`; with milliseconds where there are any.
    public var description: String {
        let (days, time) = milliseconds.floored(by: 86_400_000)
        let (era, dayOfEra) = (days + 719_468).floored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let fraction = time % 1000 == 0 ? "" : ".\(Self.padded(time % 1000, 3))"
        return
            "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T\(Self.padded(time / 3_600_000, 2)):"
            + "\(Self.padded(time / 60_000 % 60, 2)):\(Self.padded(time / 1000 % 60, 2))\(fraction)Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Reads RFC 3339 text, with or without a fraction, or seconds (below 10¹¹) or milliseconds since the Unix epoch.
    ///
    /// Between date and time stands `T` or a space. A time without an offset is taken as UTC. Digits beyond milliseconds are cut
    /// off; a leap second (`:60`) is the second after it.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let moment = Self.unix(bytes) ?? Self.calendar(bytes) else { return nil }
        self = moment
    }

    /// Encoded as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Decoded from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let moment = Moment(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is not a time")
        }
        self = moment
    }

    /// A number of seconds, perhaps with a fraction, or of milliseconds.
    private static func unix(_ bytes: [UInt8]) -> Moment? {
        var scanner = DigitScanner(bytes)
        guard let whole = scanner.number() else { return nil }
        var fraction: Int64 = 0
        if scanner.skip(".") {
            guard let milliseconds = scanner.fraction() else { return nil }
            fraction = milliseconds
        }
        guard scanner.isAtEnd else { return nil }
        let (value, overflow) = whole < 100_000_000_000 ? whole.multipliedReportingOverflow(by: 1000) : (whole, false)
        guard !overflow, Self.bounds.contains(value) else { return nil }
        return Moment(milliseconds: value + fraction)
    }

    private static func calendar(_ bytes: [UInt8]) -> Moment? {
        var scanner = DigitScanner(bytes)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2), scanner.skip(":"),
            let second = scanner.digits(2)
        else { return nil }
        var fraction: Int64 = 0
        if scanner.skip(".") {
            guard let milliseconds = scanner.fraction() else { return nil }
            fraction = milliseconds
        }
        guard let offset = scanner.isAtEnd ? 0 : scanner.offsetMinutes(), scanner.isAtEnd,
            (1...12).contains(month), (1...days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.floored(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Moment(
            milliseconds: (days * 86_400 + hour * 3600 + (minute - offset) * 60 + second) * 1000 + fraction
        )
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Reads a time's text from left to right.
private struct DigitScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        defer { position += 1 }
        return Int64(bytes[position] - 0x30)
    }

    /// So many digits and no fewer.
    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// At most 15 digits, and at least one.
    mutating func number() -> Int64? {
        let start = position
        var value: Int64 = 0
        while position - start < 15, let digit = digit() { value = value * 10 + digit }
        return position > start ? value : nil
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// The digits after the point, as milliseconds.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var weight: Int64 = 100
        guard let first = digit() else { return nil }
        value = first * weight
        while let digit = digit() {
            weight /= 10
            value += digit * weight
        }
        return value
    }

    mutating func offsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64 = skip("-") ? -1 : skip("+") ? 1 : 0
        guard sign != 0, let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }
}

extension Int64 {
    fileprivate func floored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
