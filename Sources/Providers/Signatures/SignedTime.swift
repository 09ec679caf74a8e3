import Trading

/// The time in a signature: whole seconds since 1970, as decimal digits.
package struct Seconds {
    package let value: Int64

    /// Parses the digits; nil for a sign, white space, or too many digits.
    package init?(_ text: some StringProtocol) {
        guard (1...12).contains(text.utf8.count),
            text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let value = Int64(text)
        else { return nil }
        self.value = value
    }

    /// Whether it is at most `seconds` from `now`, before or after.
    package func isNear(_ now: Timestamp, within seconds: Int64) -> Bool {
        (now.milliseconds - value * 1000).magnitude <= UInt64(max(0, seconds)) * 1000
    }
}

extension [(name: String, value: String)] {
    /// The value of the first header of this name, in any letter case.
    package func value(of name: String) -> String? {
        first { $0.name.lowercased() == name }?.value
    }
}
