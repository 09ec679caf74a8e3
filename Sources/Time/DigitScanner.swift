/// Reads a text of digits and marks, as times are written, from left to right.
package struct DigitScanner {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    /// A scanner at the start of a text.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// Whether everything is read.
    package var isAtEnd: Bool { index == bytes.endIndex }

    /// What is not read yet.
    package var rest: ArraySlice<UInt8> { bytes[index...] }

    private mutating func digit() -> Int64? {
        guard index < bytes.endIndex, (0x30...0x39).contains(bytes[index]) else { return nil }
        defer { index += 1 }
        return Int64(bytes[index] - 0x30)
    }

    /// So many digits and no fewer.
    package mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// All digits that follow, and how many; nil, and nothing is read, where those are fewer or more than `count` says (at most 18).
    package mutating func number(_ count: ClosedRange<Int>) -> (value: Int64, digits: Int)? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }.count
        guard count.contains(digits), let value = self.digits(digits) else { return nil }
        return (value, digits)
    }

    /// Passes over a character; whether it was there.
    package mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.endIndex, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// Passes over everything that is left.
    package mutating func skipAll() {
        index = bytes.endIndex
    }

    /// Passes over a text if it is all that is left; whether it was.
    package mutating func skipEnd(_ text: String) -> Bool {
        guard rest.elementsEqual(text.utf8) else { return false }
        skipAll()
        return true
    }

    /// The digits after the point, as milliseconds; those beyond are cut off.
    package mutating func fraction() -> Int64? {
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
    package mutating func date() -> Int64? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2) else { return nil }
        return GregorianDate.days(year: year, month: month, day: day)
    }

    /// A time of day with seconds, and perhaps a fraction, in milliseconds.
    ///
    /// - Parameter needsSeconds: whether there must be seconds.
    package mutating func timeOfDay(needsSeconds: Bool = true) -> Int64? {
        guard let hour = digits(2), skip(":"), let minute = digits(2) else { return nil }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if skip(":") {
            guard let read = digits(2) else { return nil }
            second = read
            if skip(".") {
                guard let read = self.fraction() else { return nil }
                fraction = read
            }
        } else if needsSeconds {
            return nil
        }
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        return (hour * 3600 + minute * 60 + second) * 1000 + fraction
    }
}
