import Trading

/// Records a run that moved closed orders into files; only the last one is kept.
package struct RecordArchiveRun: Command {
    /// `recordArchiveRun`.
    package static let name = "recordArchiveRun"

    private let archived: Int
    private let changed: Int
    private let files: Int
    private let bytes: Int64

    /// A run that has just ended.
    package init(archived: Int, changed: Int, files: Int, bytes: Int64) {
        self.archived = archived
        self.changed = changed
        self.files = files
        self.bytes = bytes
    }

    /// The run, with the time of the turn.
    package func decide(_ set: WorkingSet) throws(Never) -> ArchiveRun {
        let run = ArchiveRun(at: set.now, archived: archived, changed: changed, files: files, bytes: bytes)
        set.settings.put(SettingRow(SettingRow.archiveRun, value: run.document))
        return run
    }
}
