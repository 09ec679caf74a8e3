/// How followers are woken.
enum PostgresListener {
    /// The channel that each commit notifies.
    static let channel = "tradewind_commits"
}
