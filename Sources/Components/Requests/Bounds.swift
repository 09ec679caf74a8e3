import Trading

/// The limits of clients' input, in characters (Unicode scalars, as JSON Schema counts them) and counts.
enum Bounds {
    static let name = 200
    static let text = 10_000
    static let reason = 200
    static let reference = 100
    static let email = 254
    static let categories = 50
    static let category = 200
    static let prices = 50
    static let options = 20
    static let members = 50
    static let memberName = 100
    static let memberText = 500
    static let provider = 64
    static let giftCardCode = 64
    static let price: ClosedRange<Int64> = 0...OrderLimits.maxAmount
    static let grams: ClosedRange<Int64> = 0...ShippingRates.maxGrams
    static let word = 40
    static let guestOrderBytes = 16_384
    static let tokenSeconds: ClosedRange<Int64> = 60...86_400
    static let usualTokenSeconds: Int64 = 3600
    static let trackingEvents = 100
    static let verdicts = 1_000
    static let verdictFailures: Int64 = 1_000_000

    /// The members of a JSON schema of SKUs and codes: printable, no space at an end, and no `.` or `..` alone between slashes.
    static let codeRule = #"""
        "minLength":1,"maxLength":64,"pattern":"^[!-~]([ -~]*[!-~])?$",
        "not":{"type":"string","pattern":"(^|/)[.][.]?(/|$)"}
        """#
}
