import Trading

/// Writes one row again and again; readiness depends on it.
public struct WriteCanary: Command {
    /// `writeCanary`.
    public static let name = "writeCanary"

    /// A canary.
    public init() {}

    /// The last canary, and the end of what its absence put off.
    public func prefetch(_ set: WorkingSet) { set.wantAbsence() }

    /// Writes the row; where the last one is old, puts off what is about to expire for as long as that.
    public func decide(_ set: WorkingSet) throws(Never) {
        set.noteAbsence()
        set.settings.put(SettingRow(SettingRow.canary, value: set.now.utf8))
    }
}
