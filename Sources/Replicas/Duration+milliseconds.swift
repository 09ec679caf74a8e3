extension Duration {
    /// Whole milliseconds, never less than none.
    var wholeMilliseconds: Int64 { max(0, Int64(self / .milliseconds(1))) }
}
