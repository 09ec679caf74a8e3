import Trading

/// Writes one row again and again; readiness depends on it.
public struct WriteCanary: Command {
    /// `writeCanary`.
    public static let name = "writeCanary"

    /// A canary.
    public init() {}

    /// Writes the row.
    public func decide(_ set: WorkingSet) throws(Never) {
        set.settings.put(SettingRow(SettingRow.canary, value: set.now.utf8))
    }
}
