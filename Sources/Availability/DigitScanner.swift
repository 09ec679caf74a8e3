/// Reads a time's text from left to right.
struct DigitScanner {
    private let bytes: [UInt8]
    private(set) var position = 0

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
        var weight: Int64 = 100
        guard let first = digit() else { return nil }
        var value = first * weight
        while let digit = digit() {
            weight /= 10
            value += digit * weight
        }
        return value
    }

    /// A date with hyphens that the Gregorian calendar has, in days since 1970.
    mutating func date() -> Int64? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2) else { return nil }
        return GregorianDate.days(year: year, month: month, day: day)
    }

    /// `Z`, `+02:00`, `+0200`, `+02`, ` UTC` or ` GMT`, as minutes.
    mutating func offsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        _ = skip(" ")
        for name in ["UTC", "GMT"] where bytes[position...].elementsEqual(name.utf8) {
            position += 3
            return 0
        }
        let sign: Int64 = skip("-") ? -1 : skip("+") ? 1 : 0
        guard sign != 0, let hours = digits(2), hours < 24 else { return nil }
        if isAtEnd { return sign * hours * 60 }
        _ = skip(":")
        guard let minutes = digits(2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
