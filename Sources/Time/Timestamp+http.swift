// Times as HTTP has them (RFC 9110 section 5.6.7).

extension Timestamp {
    /// The time to the second, as in `Sun, 06 Nov 1994 08:49:37 GMT`.
    public var httpDate: String {
        let text = description
        let (days, _) = clamped.milliseconds.floored(by: GregorianDate.dayMilliseconds)
        let date = GregorianDate(days: days)
        // 1970-01-01 was a Thursday.
        let weekday = Self.weekdays[Int((days + 4).floored(by: 7).remainder)]
        let month = Self.months[Int(date.month) - 1]
        return "\(weekday), \(text.prefix(10).suffix(2)) \(month) \(text.prefix(4)) \(text.prefix(19).suffix(8)) GMT"
    }

    /// Reads that form, the only one that is still sent; the day of the week is not looked at.
    public init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let index = Self.months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let month = index < 9 ? "0\(index + 1)" : "\(index + 1)"
        self.init("\(parts[3])-\(month)-\(parts[1])T\(parts[4])Z")
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
