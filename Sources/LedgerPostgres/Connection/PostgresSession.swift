import Ledger

/// The advisory locks of a database, by number.
///
/// The numbers are arbitrary, and must not change.
enum PostgresLock {
    /// The turn to write.
    static let turn = 0x7472_6164_6577_0001
    /// Changes of the schema.
    static let schema = 0x7472_6164_6577_0002
}

extension PostgresConnection.Purpose {
    /// The statements with which a session begins.
    func session(_ settings: PostgresSettings) -> [String] {
        switch self {
        case .write:
            // Rows are loaded and changed by keys, and found by indexes, however small a table is when a statement is planned; so one plan
            // is right for good. A holder of the turn that says nothing loses it. Time-outs never end a commit.
            let values = [
                "lock_timeout = \(settings.busyMilliseconds)",
                "idle_in_transaction_session_timeout = \(settings.pauseMilliseconds)",
                "plan_cache_mode = force_generic_plan", "enable_seqscan = off", "enable_hashjoin = off",
                "enable_mergejoin = off", "jit = off", "synchronous_commit = on",
            ]
            return values.map { "SET \($0)" }
        case .read:
            return [
                "SET idle_in_transaction_session_timeout = 60000", "SET plan_cache_mode = force_custom_plan",
                "SET jit = off",
            ]
        case .migrate: return ["SET lock_timeout = \(settings.busyMilliseconds)", "SET client_min_messages = warning"]
        case .listen: return ["LISTEN \(PostgresListener.channel)"]
        }
    }
}
