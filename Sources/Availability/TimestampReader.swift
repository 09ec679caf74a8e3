// Times as other people's lists have them. A number is a time only where it can be one: 46082 is a spreadsheet's day and 20260301 a
// date, and both would be hours of January 1970. What may be two times is refused with the way out.

import Foundation

/// Why a text is no time.
public enum TimestampProblem: Error, Hashable, Sendable {
    /// It is not written as times are.
    case notATime
    /// It is a number as spreadsheets count days.
    case spreadsheetDay
    /// It is a date without a time of day, and perhaps without hyphens.
    case dateOnly
    /// It is a time before 2000 or after 2100, which stands for no time in other people's lists.
    case implausible
    /// Its day and month may be the other way round.
    case dayAndMonth
    /// It names a zone by letters that are no offset.
    case zoneName(String)
    /// The clocks of the zone skip it.
    case skipped(zone: String)

    /// What is wrong, and what is expected.
    public var description: String {
        switch self {
        case .notATime: "2026-11-23T05:21:01Z or seconds since 1970 are"
        case .spreadsheetDay:
            "it is a spreadsheet's number of a day; format the column as text such as 2026-11-23T05:21:01Z"
        case .dateOnly: "it is a date without a time of day; 2026-11-23T05:21:01Z has one"
        case .implausible: "a time from 2000 to 2100 is expected, also in seconds or milliseconds since 1970"
        case .dayAndMonth: "day and month may be the other way round; write 2026-11-23T05:21:01Z"
        case .zoneName(let name): "\(name) is no offset; write Z or +01:00, or leave it out and say --time-zone"
        case .skipped(let zone): "the clocks of \(zone) skip it"
        }
    }
}

/// A time that was read.
public struct ReadTimestamp: Hashable, Sendable {
    /// The time.
    public let time: Timestamp
    /// Whether it had no offset and nothing said which zone it is in, so that it was taken as UTC.
    public let isAssumedUTC: Bool
    /// Whether the clocks of its zone show it twice; the first time was taken, or the second where the first was too early.
    public let isTwice: Bool
}

/// Reads times.
public struct TimestampReader: Hashable, Sendable {
    /// The times that anything in a list may be, in seconds since 1970: from 2000 to 2100.
    ///
    /// 0001-01-01 and 1970-01-01 are what programs write where they know no time.
    public static let plausibleSeconds: Range<Int64> = 946_684_800..<4_102_444_800

    /// The zone of times without an offset; UTC where there is none.
    public var zone: TimeZone?

    /// A reader of times, of which those without an offset are in a zone.
    public init(zone: TimeZone? = nil) {
        self.zone = zone
    }

    /// Reads RFC 3339 text, or seconds or milliseconds since 1970.
    ///
    /// Between date and time stands `T` or a space; seconds may lack; `+0200`, `+02` and `UTC` are offsets too, and so is none. Digits
    /// beyond milliseconds are cut off; a leap second (`:60`) is the second after it.
    ///
    /// - Parameter start: the time that it does not come before, which tells a time that the clocks show twice.
    public func read(_ text: String, notBefore start: Timestamp? = nil) throws(TimestampProblem) -> ReadTimestamp {
        let read = try readAny(text, notBefore: start)
        guard Self.plausibleSeconds.contains(read.time.milliseconds.floored(by: 1000).quotient) else {
            throw .implausible
        }
        return read
    }

    /// The same of any time that can be written, as of our own documents.
    func readAny(_ text: String, notBefore start: Timestamp? = nil) throws(TimestampProblem) -> ReadTimestamp {
        let bytes = Array(text.utf8)[...]
        if let number = try Self.number(bytes) {
            return ReadTimestamp(time: number, isAssumedUTC: false, isTwice: false)
        }
        guard let civil = CivilTime(bytes) else { throw Self.problem(of: bytes) }
        if let offset = civil.offset {
            let time = Timestamp(milliseconds: civil.milliseconds - offset * 60_000)
            return ReadTimestamp(time: time, isAssumedUTC: false, isTwice: false)
        }
        guard let zone else {
            return ReadTimestamp(time: Timestamp(milliseconds: civil.milliseconds), isAssumedUTC: true, isTwice: false)
        }
        let times = Self.times(civil.milliseconds, zone)
        guard let first = times.first, let last = times.last else { throw .skipped(zone: zone.identifier) }
        let isTooEarly = start.map { first < $0 } ?? false
        return ReadTimestamp(time: isTooEarly ? last : first, isAssumedUTC: false, isTwice: times.count > 1)
    }

    /// The times at which the clocks of a zone show a time: none where they skip it, two where they go back over it.
    private static func times(_ local: Int64, _ zone: TimeZone) -> [Timestamp] {
        let around = [local - 86_400_000, local + 86_400_000].map { milliseconds in
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1000)))
        }
        return Set(around).map { Timestamp(milliseconds: local - $0 * 1000) }.filter { time in
            let seconds = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.milliseconds) / 1000))
            return time.milliseconds + Int64(seconds) * 1000 == local
        }.sorted()
    }

    /// A number as a time; nil where the text is none.
    private static func number(_ bytes: ArraySlice<UInt8>) throws(TimestampProblem) -> Timestamp? {
        var scanner = DigitScanner(bytes)
        guard let (whole, digits) = scanner.number(1...15) else { return nil }
        var fraction: Int64 = 0
        let hasFraction = scanner.skip(".")
        if hasFraction {
            guard let milliseconds = scanner.fraction() else { return nil }
            fraction = milliseconds
        }
        guard scanner.isAtEnd else { return nil }
        if plausibleSeconds.contains(whole) { return Timestamp(milliseconds: whole * 1000 + fraction) }
        if !hasFraction, plausibleSeconds.contains(whole / 1000) { return Timestamp(milliseconds: whole) }
        // Days since 1900 from 1950 to 2119.
        if (18_264..<80_000).contains(whole) { throw .spreadsheetDay }
        if !hasFraction, digits == 8 || digits == 14 { throw .dateOnly }
        throw .implausible
    }

    /// What keeps a text that is no number from being a time.
    private static func problem(of bytes: ArraySlice<UInt8>) -> TimestampProblem {
        var scanner = DigitScanner(bytes)
        if let first = scanner.number(1...15)?.value, first < 100, scanner.skipMark(), scanner.number(1...15) != nil,
            scanner.skipMark(), scanner.number(1...15) != nil
        {
            return .dayAndMonth
        }
        scanner = DigitScanner(bytes)
        if scanner.date() != nil, scanner.isAtEnd { return .dateOnly }
        let text = String(decoding: bytes, as: UTF8.self)
        let word = text.split(separator: " ").last.map(String.init) ?? ""
        let rest = text.dropLast(word.count).trimmingCharacters(in: .whitespaces)
        if (2...5).contains(word.count), word.allSatisfy({ $0.isASCII && $0.isUppercase }),
            CivilTime(Array(rest.utf8)[...]) != nil
        {
            return .zoneName(word)
        }
        return .notATime
    }
}

/// A date with a time of day, and perhaps an offset.
struct CivilTime {
    /// Milliseconds since 1970 as clocks showed them.
    let milliseconds: Int64
    /// Minutes that the clocks are ahead of UTC; nil where that is not said.
    let offset: Int64?

    init?(_ bytes: ArraySlice<UInt8>) {
        var scanner = DigitScanner(bytes)
        guard let days = scanner.date(), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let time = scanner.timeOfDay(needsSeconds: false)
        else { return nil }
        milliseconds = days * GregorianDate.dayMilliseconds + time
        if scanner.isAtEnd {
            offset = nil
        } else {
            guard let minutes = scanner.offsetMinutes(), scanner.isAtEnd else { return nil }
            offset = minutes
        }
    }
}

extension DigitScanner {
    fileprivate mutating func skipMark() -> Bool { skip("/") || skip(".") || skip("-") }

    /// `Z`, `+02:00`, `+0200`, `+02`, ` UTC` or ` GMT`, as minutes.
    fileprivate mutating func offsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        _ = skip(" ")
        if skipEnd("UTC") || skipEnd("GMT") { return 0 }
        let sign: Int64 = skip("-") ? -1 : skip("+") ? 1 : 0
        guard sign != 0, let hours = digits(2), hours < 24 else { return nil }
        if isAtEnd { return sign * hours * 60 }
        _ = skip(":")
        guard let minutes = digits(2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
