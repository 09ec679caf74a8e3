// An integer is a number whose value has no fraction, however it is written: `1.0` and `1e2` are integers (JSON Schema, core
// section 4.2.3). It is computed in digits, never in floating point, so that no amount is ever rounded.

extension JSONReader {
    /// Reads an integer within `range`; a fraction is `wrongType`, anything outside the range `outOfRange`.
    public mutating func int64(in range: ClosedRange<Int64> = .min ... .max) throws(JSONError) -> Int64 {
        try expect(.number)
        var value = shortInteger()
        if value == nil { value = try longInteger() }
        guard let value, range.contains(value) else {
            throw error(.outOfRange, "must be from \(range.lowerBound) to \(range.upperBound)", at: valueStart)
        }
        return value
    }

    /// Reads an integer within `range`, as `int64(in:)` does.
    public mutating func int(in range: ClosedRange<Int> = .min ... .max) throws(JSONError) -> Int {
        Int(try int64(in: Int64(range.lowerBound)...Int64(range.upperBound)))
    }

    /// Reads an integer of up to 18 digits without fraction and exponent; nil, with nothing read, for any other number.
    private mutating func shortInteger() -> Int64? {
        var index = position
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let first = index
        var value: Int64 = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            guard index - first < 18 else { return nil }
            value = value &* 10 &+ Int64(digit)
            index += 1
        }
        guard index > first, index == first + 1 || bytes[first] != UInt8(ascii: "0") else { return nil }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") || bytes[index] | 0x20 == UInt8(ascii: "e") {
            return nil
        }
        position = index
        return isNegative ? -value : value
    }

    /// Reads any number; nil for an integer that does not fit.
    private mutating func longInteger() throws(JSONError) -> Int64? {
        let number = try scanNumber()
        let isNegative = bytes[number.start] == UInt8(ascii: "-")
        var magnitude: UInt64 = 0
        var scale = number.exponent
        var hasOverflow = false
        var pendingZeros = 0
        for index in number.start..<number.mantissaEnd {
            let digit = bytes[index] &- UInt8(ascii: "0")
            // Skips the sign and the point.
            guard digit < 10 else { continue }
            if index >= number.fractionStart { scale -= 1 }
            guard digit != 0 else {
                pendingZeros += 1
                continue
            }
            hasOverflow = !Self.append(digit, after: pendingZeros, to: &magnitude) || hasOverflow
            pendingZeros = 0
        }
        guard magnitude != 0 || hasOverflow else { return 0 }
        scale += pendingZeros
        guard scale >= 0 else { throw error(.wrongType, "expected an integer, found a fraction", at: number.start) }
        guard !hasOverflow, Self.shift(&magnitude, by: scale) else { return nil }
        return isNegative ? Int64(exactly: -Int128(magnitude)) : Int64(exactly: magnitude)
    }

    /// Appends `zeros` noughts and a digit to `value`; false when it no longer fits.
    private static func append(_ digit: UInt8, after zeros: Int, to value: inout UInt64) -> Bool {
        guard shift(&value, by: value == 0 ? 0 : zeros + 1) else { return false }
        let (sum, overflow) = value.addingReportingOverflow(UInt64(digit))
        value = sum
        return !overflow
    }

    /// Multiplies by a power of ten; false when the product does not fit.
    private static func shift(_ value: inout UInt64, by power: Int) -> Bool {
        guard power < 20 else { return false }
        for _ in 0..<power {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return false }
            value = product
        }
        return true
    }

    /// The parts of a number, as positions in the text.
    struct Number {
        let start: Int
        /// Where the digits after the point begin; the end of the mantissa when there are none.
        var fractionStart: Int
        /// Where the mantissa ends.
        var mantissaEnd: Int
        /// The exponent as written; a value beyond any text's length stands for all larger ones.
        var exponent = 0
    }

    /// Skips a number of any size, checking its grammar.
    @discardableResult
    mutating func scanNumber() throws(JSONError) -> Number {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        try scanDigits()
        guard bytes[first] != UInt8(ascii: "0") || position == first + 1 else {
            throw error(.syntax, "a number must not begin with a nought", at: first)
        }
        var number = Number(start: start, fractionStart: position, mantissaEnd: position)
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            number.fractionStart = position
            try scanDigits()
            number.mantissaEnd = position
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            number.exponent = try scanExponent()
        }
        return number
    }

    /// Skips at least one digit.
    private mutating func scanDigits() throws(JSONError) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else {
            throw position < bytes.count ? syntax("a digit is expected here") : truncated()
        }
    }

    /// Reads the exponent after the `e`.
    private mutating func scanExponent() throws(JSONError) -> Int {
        var isNegative = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            isNegative = bytes[position] == UInt8(ascii: "-")
            position += 1
        }
        let first = position
        try scanDigits()
        var exponent = 0
        for index in first..<position {
            exponent = min(exponent * 10 + Int(bytes[index] - UInt8(ascii: "0")), 1 << 48)
        }
        return isNegative ? -exponent : exponent
    }
}
