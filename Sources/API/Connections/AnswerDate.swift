import Synchronization
import Trading

/// The `Date` of answers, made once a second.
final class AnswerDate: Sendable {
    private let last = Mutex((second: Int64.min, text: ""))

    /// The date of an answer that is made now.
    var now: String {
        let now = Timestamp.now
        let second = now.milliseconds / 1000
        return last.withLock { last in
            if last.second != second { last = (second, now.httpDate) }
            return last.text
        }
    }
}
