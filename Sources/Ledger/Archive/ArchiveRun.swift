import JSON
import Trading

/// What the last run did that moved closed orders into files.
package struct ArchiveRun: Hashable, Sendable {
    /// When it ended.
    package let at: Timestamp
    /// Orders that left the hot tables.
    package let archived: Int
    /// Orders that changed while they were copied, and stayed.
    package let changed: Int
    /// New files.
    package let files: Int
    /// The size of the new files, in bytes.
    package let bytes: Int64

    /// A run.
    package init(at: Timestamp, archived: Int, changed: Int, files: Int, bytes: Int64) {
        self.at = at
        self.archived = archived
        self.changed = changed
        self.files = files
        self.bytes = bytes
    }

    /// Its JSON.
    var document: [UInt8] {
        var json = JSONWriter(capacity: 128)
        json.object { json in
            json.member("at", at)
            json.member("archived", archived)
            json.member("changed", changed)
            json.member("files", files)
            json.member("bytes", bytes)
        }
        return json.bytes
    }

    /// Reads its JSON; nil where it is none.
    init?(document: [UInt8]) {
        do throws(JSONError) {
            guard let run = try Self.read(document) else { return nil }
            self = run
        } catch {
            return nil
        }
    }

    private static func read(_ document: [UInt8]) throws(JSONError) -> ArchiveRun? {
        var json = JSONReader(document)
        var (at, archived, changed, files, bytes) = (Timestamp?.none, Int?.none, Int?.none, Int?.none, Int64?.none)
        try json.object { (json, name) throws(JSONError) in
            switch name {
            case "at": at = Timestamp(try json.string())
            case "archived": archived = try json.int(in: 0...Int.max)
            case "changed": changed = try json.int(in: 0...Int.max)
            case "files": files = try json.int(in: 0...Int.max)
            case "bytes": bytes = try json.int64(in: 0...Int64.max)
            default: try json.skip()
            }
        }
        try json.finish()
        guard let at, let archived, let changed, let files, let bytes else { return nil }
        return ArchiveRun(at: at, archived: archived, changed: changed, files: files, bytes: bytes)
    }
}

extension LedgerView {
    /// The last run that moved closed orders into files; nil where there was none.
    package func lastArchiveRun() throws(LedgerFailure) -> ArchiveRun? {
        guard let row = try row(SettingRow.self, SettingRow.archiveRun) else { return nil }
        guard let run = ArchiveRun(document: row.value) else {
            throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "the record of the last archiving")
        }
        return run
    }
}
