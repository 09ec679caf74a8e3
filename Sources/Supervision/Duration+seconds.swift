extension Duration {
    /// The duration in seconds, as a floating-point number.
    var seconds: Double { self / .seconds(1) }

    /// The duration in whole milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
