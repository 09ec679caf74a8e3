import Availability

extension TimeWindow {
    /// The window between two numbers of seconds since 1970.
    static func seconds(_ from: Int64, _ to: Int64) -> TimeWindow {
        guard let window = TimeWindow(from: Moment(seconds: from), to: Moment(seconds: to)) else {
            preconditionFailure("a window of a test does not end before it begins")
        }
        return window
    }
}
