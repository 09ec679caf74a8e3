extension ContinuousClock.Instant {
    /// Where the tests' time begins.
    ///
    /// Only differences matter, so any moment will do.
    private static let origin = ContinuousClock.now

    /// So many milliseconds after the beginning of the tests' time.
    static func ms(_ milliseconds: Int) -> Self {
        origin + .milliseconds(milliseconds)
    }

    /// So many seconds after the beginning of the tests' time.
    static func s(_ seconds: Int) -> Self {
        origin + .seconds(seconds)
    }
}
