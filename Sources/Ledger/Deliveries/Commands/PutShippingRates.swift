import Trading

/// Replaces the table of shipping rates.
public struct PutShippingRates: IdempotentCommand {
    /// `putShippingRates`.
    public static let name = "putShippingRates"

    /// The new table.
    public let rates: ShippingRates
    /// The expected version, 0 for none; nil accepts any.
    public let expectedVersion: Int64?

    /// A table to put.
    public init(_ rates: ShippingRates, expectedVersion: Int64? = nil) {
        self.rates = rates
        self.expectedVersion = expectedVersion
    }

    /// The table as it is now.
    public func decide(_ set: WorkingSet) throws(EditRefusal) -> ShippingRates {
        let current = set.settings.get(SettingRow.shippingRates).flatMap { ShippingRates(document: $0.value) }
        if let expectedVersion, current?.version ?? 0 != expectedVersion {
            throw .versionConflict(current: current?.version ?? 0)
        }
        var next = rates
        next.version = current?.version ?? 0
        if next == current { return next }
        next.version += 1
        set.settings.put(SettingRow(SettingRow.shippingRates, value: next.document))
        set.event(.shippingRatesPut, SettingRow.shippingRates) { $0.member("version", next.version) }
        return next
    }
}
