import Ledger
import Trading

/// What the archive of closed orders holds, and what its last run did.
struct ArchiveMetrics: Sendable {
    private let last: ArchiveRun?
    private let files: [ArchiveFileRow]

    /// Reads the figures.
    ///
    /// Cost: a row, and a row for each file.
    init(_ view: any LedgerView) throws(LedgerFailure) {
        last = try view.lastArchiveRun()
        files = try view.archiveFiles()
    }

    /// Writes the figures in Prometheus' text format; the age of a run that never was is infinite.
    func write(now: Timestamp, to text: inout String) {
        func gauge(_ name: String, _ help: String, _ value: String) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(name) \(value)\n"
        }
        let age = last.map { "\(Double(max(0, $0.at.milliseconds(to: now))) / 1000)" } ?? "+Inf"
        gauge("tradewind_archive_run_age_seconds", "Since closed orders were last archived to the end.", age)
        if let last {
            gauge("tradewind_archive_run_orders", "Orders that the last run archived.", "\(last.archived)")
            gauge("tradewind_archive_run_bytes", "The size of the files that the last run wrote.", "\(last.bytes)")
        }
        gauge("tradewind_archive_files", "Files of the archive.", "\(files.count)")
        gauge("tradewind_archive_orders", "Archived orders.", "\(files.reduce(0) { $0 + $1.live })")
        gauge("tradewind_archive_bytes", "The size of the archive's files.", "\(files.reduce(0) { $0 + $1.size })")
    }
}
