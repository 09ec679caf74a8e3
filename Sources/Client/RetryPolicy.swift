/// When and how long to wait before sending again.
///
/// Full jitter over an exponential bound (Brooker, *Exponential Backoff and Jitter*): many clients that lost the same
/// server come back spread out rather than at once.
package struct RetryPolicy: Sendable {
    /// Time after which a request is given up, counted from its first attempt.
    package var deadline: Duration
    /// Bound of the first pause.
    package var firstPause: Duration
    /// Bound of every pause, also of one that the server asks for.
    package var longestPause: Duration

    /// A policy; the defaults outlast a server that is killed and restarted.
    package init(
        deadline: Duration = .seconds(60),
        firstPause: Duration = .milliseconds(50),
        longestPause: Duration = .seconds(2)
    ) {
        self.deadline = deadline
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// Whether the answer says that a later attempt may succeed.
    ///
    /// 409 counts only with `Retry-After`: then a request with the same key is being processed on another connection.
    package func isWorthRepeating(_ response: ClientResponse) -> Bool {
        switch response.status {
        case 429, 502, 503, 504, 507: true
        case 409: response.retryAfter != nil
        default: false
        }
    }

    /// The pause before attempt `attempt + 1`; the server's requested pause is respected up to ten times the longest pause.
    package func pause(attempt: Int, retryAfter: Duration?) -> Duration {
        var bound = firstPause
        for _ in 1..<max(1, min(attempt, 20)) where bound < longestPause { bound *= 2 }
        bound = min(bound, longestPause)
        let jittered = bound * Double.random(in: 0.1...1)
        guard let retryAfter else { return jittered }
        return min(retryAfter, longestPause * 10) + jittered
    }
}
