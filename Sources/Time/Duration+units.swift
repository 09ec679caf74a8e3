extension Duration {
    /// The duration in seconds, for arithmetic in floating point.
    public var seconds: Double { self / .seconds(1) }

    /// The duration in whole milliseconds, rounded down; 0 for one that goes back.
    public var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The duration in whole nanoseconds, rounded towards nothing.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
