// The dates of invoices in shops' exports. A date sets the pace of a replay and nothing that is stored, so an ambiguous order of
// day and month is decided by a rule; but a text that is not a date, or a day that does not exist or lies in the future, shows
// that the row is invalid.

import ForeignFiles
import Time

/// Reads the dates of rows.
struct RetailDate: Sendable {
    /// Seconds since 1970 before which no date is accepted: exports write 1900 or 1970 for a missing date.
    private static let first: Int64 = 631_152_000

    /// Seconds since 1970 up to which a date is accepted.
    private let last: Int64

    /// A reader of dates up to a day after `now`, whichever zone they are in.
    ///
    /// - Parameter now: seconds since 1970.
    init(now: Int64) {
        last = now + 86_400
    }

    /// Seconds since 1970 of a date with or without a time of day; nil where the text is not a date, or not a plausible one.
    ///
    /// `2010-12-01 08:26:00`, `2010-12-01T08:26Z`, `12/1/2010 8:26` and `12/1/10 8:26 AM` month first unless that is above 12,
    /// and
    /// `1.12.2010` and `1-12-2010` day first unless the other is above 12. A zone is ignored.
    func seconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var scanner = DigitScanner(SourceText.trim(bytes))
        guard let days = scanner.days() else { return nil }
        guard !scanner.isAtEnd else { return bounded(days * 86_400) }
        guard scanner.skip("T") || scanner.skipBlanks(), let time = scanner.time(), scanner.isAtEnd else { return nil }
        return bounded(days * 86_400 + time)
    }

    private func bounded(_ seconds: Int64) -> Int64? {
        (Self.first...max(Self.first, last)).contains(seconds) ? seconds : nil
    }
}

extension DigitScanner {
    fileprivate mutating func skipBlanks() -> Bool {
        var isSkipped = false
        while skip(" ") { isSkipped = true }
        return isSkipped
    }

    /// A date that the Gregorian calendar has, in days since 1970.
    fileprivate mutating func days() -> Int64? {
        guard let first = number(1...4),
            let separator = ["-", "/", "."].first(where: { rest.first == UInt8(ascii: $0) }) as Unicode.Scalar?,
            skip(separator), let second = number(1...2), skip(separator), let third = number(1...4)
        else { return nil }
        if first.digits == 4 {
            guard third.digits <= 2 else { return nil }
            return GregorianDate.days(year: first.value, month: second.value, day: third.value)
        }
        guard first.digits <= 2, third.digits == 4 || third.digits == 2 else { return nil }
        let year = third.digits == 2 ? 2000 + third.value : third.value
        let isMonthFirst = separator == "/" ? first.value <= 12 : second.value > 12
        return isMonthFirst
            ? GregorianDate.days(year: year, month: first.value, day: second.value)
            : GregorianDate.days(year: year, month: second.value, day: first.value)
    }

    /// A time of day, in seconds.
    fileprivate mutating func time() -> Int64? {
        guard let hour = number(1...2)?.value, skip(":"), let minute = number(2...2)?.value else { return nil }
        var second: Int64 = 0
        if skip(":") {
            guard let read = number(2...2)?.value else { return nil }
            second = read
            if skip("."), number(1...9) == nil { return nil }
        }
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        guard let half = half() else { return skipZone() ? hour * 3600 + minute * 60 + second : nil }
        guard (1...12).contains(hour) else { return nil }
        return (hour % 12 + half) * 3600 + minute * 60 + second
    }

    /// The hours that AM or PM adds; nil where neither is there.
    private mutating func half() -> Int64? {
        let word = rest.filter { $0 != 0x20 && $0 != UInt8(ascii: ".") }.map { $0 | 0x20 }
        guard word.elementsEqual("am".utf8) || word.elementsEqual("pm".utf8) else { return nil }
        skipAll()
        return word.first == UInt8(ascii: "p") ? 12 : 0
    }

    /// Skips `Z`, `UTC` or an offset, if there is one; returns whether nothing else follows.
    private mutating func skipZone() -> Bool {
        _ = skipBlanks()
        if isAtEnd || skip("Z") { return true }
        if skipEnd("UTC") || skipEnd("GMT") { return true }
        guard skip("+") || skip("-"), let hours = number(2...2)?.value, hours < 24 else { return false }
        if isAtEnd { return true }
        _ = skip(":")
        return number(2...2).map { $0.value < 60 } ?? false
    }
}
