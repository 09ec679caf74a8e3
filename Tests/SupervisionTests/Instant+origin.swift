extension ContinuousClock.Instant {
    /// The origin of the tests' time; only differences matter.
    private static let origin = ContinuousClock.now

    /// This many milliseconds after the origin.
    static func ms(_ milliseconds: Int) -> Self {
        origin + .milliseconds(milliseconds)
    }

    /// This many seconds after the origin.
    static func s(_ seconds: Int) -> Self {
        origin + .seconds(seconds)
    }
}
