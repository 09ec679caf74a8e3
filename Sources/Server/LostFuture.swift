import Components
import Ledger
import Trading

/// What a shop did after the moment to which it was restored, as far as others know it.
public enum LostFuture {
    /// Searches the configured payment providers and carriers for what the shop did after the moment to which it was restored.
    ///
    /// ``MarkRestored`` has to be committed before. What cannot be searched now, because a provider is away, is searched by the
    /// next server that runs on this ledger; calls that follow from the findings (look-ups, refunds, cancellations) are made by
    /// that server too.
    ///
    /// - Throws: ``SettingError`` where a provider is not configured, or an error of the ledger; it may be run again.
    public static func search(
        _ settings: ServerSettings,
        ledger: any LedgerEngine,
        committer: Committer
    ) async throws -> RestoreReport {
        let set = try ProviderSet(settings)
        let search = RestoreSearch(
            ledger: ledger,
            committer: committer,
            archive: settings.ledger.archive,
            providers: set.paymentOrder.compactMap { set.payments[$0] },
            carriers: set.carrierOrder.compactMap { set.carriers[$0] },
            rule: settings.lostMoney,
            lostParcels: settings.lostParcels
        )
        do {
            let report = try await search.run()
            await set.shutdown()
            return report
        } catch {
            await set.shutdown()
            throw error
        }
    }
}
