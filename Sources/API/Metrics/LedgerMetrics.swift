import Ledger
import Time

/// Metrics of the committer and of its ledger.
public final class LedgerMetrics: Sendable {
    private let batchSeconds = Histogram(bounds: Histogram.timeBounds)
    private let commitSeconds = Histogram(bounds: Histogram.timeBounds)
    private let batchCommands = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512], scale: 1)
    private let events = Counter()
    private let movements = Counter()

    /// Looks up the ledger's condition; nil for a ledger without a file that could be damaged.
    public let condition: @Sendable () -> LedgerCondition?

    /// At zero.
    ///
    /// - Parameter condition: looks up the ledger's condition; nil for a ledger without a file that could be damaged.
    public init(condition: @escaping @Sendable () -> LedgerCondition? = { nil }) {
        self.condition = condition
    }

    /// Counts a batch.
    public func record(_ batch: CommittedBatch) {
        batchSeconds.record(batch.seconds)
        commitSeconds.record(batch.commitSeconds)
        batchCommands.record(Double(batch.commands))
        events.add(batch.events.count)
        movements.add(batch.movements.count)
    }

    /// Writes all metrics in Prometheus' text format.
    public func write(to text: inout String) {
        text += "# HELP tradewind_ledger_batch_seconds Time from taking a batch to its commit.\n"
        text += "# TYPE tradewind_ledger_batch_seconds histogram\n"
        batchSeconds.write("tradewind_ledger_batch_seconds", labels: "", to: &text)
        text += "# HELP tradewind_ledger_commit_seconds Time of making a batch durable.\n"
        text += "# TYPE tradewind_ledger_commit_seconds histogram\n"
        commitSeconds.write("tradewind_ledger_commit_seconds", labels: "", to: &text)
        text += "# HELP tradewind_ledger_batch_commands Commands in a batch.\n"
        text += "# TYPE tradewind_ledger_batch_commands histogram\n"
        batchCommands.write("tradewind_ledger_batch_commands", labels: "", to: &text)
        text += "# HELP tradewind_ledger_events_total Events committed by this process.\n"
        text += "# TYPE tradewind_ledger_events_total counter\n"
        text += "tradewind_ledger_events_total \(events.total)\n"
        text += "# HELP tradewind_ledger_movements_total Stock movements committed by this process.\n"
        text += "# TYPE tradewind_ledger_movements_total counter\n"
        text += "tradewind_ledger_movements_total \(movements.total)\n"
        guard let condition = condition() else { return }
        text += "# HELP tradewind_ledger_damaged Whether damage was found in the ledger, so that it is only read.\n"
        text += "# TYPE tradewind_ledger_damaged gauge\n"
        text += "tradewind_ledger_damaged \(condition.damage == nil ? 0 : 1)\n"
        // A ledger that was never checked is older than any bound.
        let age = condition.checkedAge(at: .now).map { "\($0.seconds)" } ?? "+Inf"
        text += "# HELP tradewind_ledger_checked_age_seconds Time since a check of the ledger's file found no damage.\n"
        text += "# TYPE tradewind_ledger_checked_age_seconds gauge\n"
        text += "tradewind_ledger_checked_age_seconds \(age)\n"
    }
}
