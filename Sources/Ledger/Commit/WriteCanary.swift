import Trading

/// Writes one row, over and over: what readiness is judged by.
public struct WriteCanary: Command {
    /// `writeCanary`.
    public static let name = "writeCanary"

    /// A canary.
    public init() {}

    /// Nothing but that it was committed.
    public func decide(_ set: WorkingSet) throws(Never) {
        set.settings.put(SettingRow(SettingRow.canary, value: set.now.utf8))
    }
}
