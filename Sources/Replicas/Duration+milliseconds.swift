extension Duration {
    /// Whole milliseconds, at least 0.
    var wholeMilliseconds: Int64 { max(0, Int64(self / .milliseconds(1))) }
}
