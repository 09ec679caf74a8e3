import Availability

extension TimeWindow {
    /// The window between two numbers of seconds since 1970.
    static func seconds(_ from: Int64, _ to: Int64) -> TimeWindow {
        guard let window = TimeWindow(from: Timestamp(seconds: from), to: Timestamp(seconds: to)) else {
            preconditionFailure("a window of a test does not end before it begins")
        }
        return window
    }
}
