/// The results of the last calls, one bit each.
struct RecentCalls: Hashable, Sendable {
    /// The latest call is the lowest bit; 1 is a failure.
    private var failures: UInt64 = 0
    private var count = 0
    private var failuresRunning = 0

    mutating func append(isFailure: Bool, window: Int) {
        let mask = UInt64.max >> (UInt64.bitWidth - window)
        failures = (failures << 1 | (isFailure ? 1 : 0)) & mask
        count = min(count + 1, window)
        failuresRunning = isFailure ? failuresRunning + 1 : 0
    }

    /// Whether the results are reason enough to open the breaker.
    ///
    /// The share of failures counts only once the window is full.
    func areBad(_ settings: CircuitBreaker.Settings) -> Bool {
        if failuresRunning >= settings.failuresRunning { return true }
        guard count == settings.window else { return false }
        return failures.nonzeroBitCount * 100 >= settings.failurePercent * settings.window
    }
}
