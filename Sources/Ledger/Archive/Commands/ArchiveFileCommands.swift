import Trading

/// Why the archive is not changed.
package enum ArchiveRefusal: Error, Hashable, Sendable {
    /// Another process replaced the file, or added to it, meanwhile.
    case fileReplaced
}

/// Records a new file, which is complete on disk; no order belongs to it yet.
package struct AddArchiveFile: Command {
    /// `addArchiveFile`.
    package static let name = "addArchiveFile"

    private let file: ArchiveFileRow

    /// A file to record.
    package init(_ file: ArchiveFileRow) {
        self.file = file
    }

    /// Decides whether its number is free.
    package func decide(_ set: WorkingSet) throws(ArchiveRefusal) {
        guard set.archiveFiles.get(file.key) == nil else { throw .fileReplaced }
        set.archiveFiles.insert(file)
    }
}

/// Replaces a file by one without the orders that left it, or removes it if none is left.
package struct ReplaceArchiveFile: Command {
    /// `replaceArchiveFile`.
    package static let name = "replaceArchiveFile"

    private let old: ArchiveFileRow
    private let new: ArchiveFileRow?

    /// A file, as it was when its rows were read, and its replacement.
    package init(_ old: ArchiveFileRow, by new: ArchiveFileRow?) {
        self.old = old
        self.new = new
    }

    /// Decides whether the replacement has every order that belongs to the file: none was added since it was read.
    package func decide(_ set: WorkingSet) throws(ArchiveRefusal) {
        guard let row = set.archiveFiles.get(old.key), row.name == old.name, row.added == old.added else {
            throw .fileReplaced
        }
        guard var new else {
            guard row.live == 0 else { throw .fileReplaced }
            return set.archiveFiles.delete(old.key)
        }
        new.added = row.added
        new.live = row.live
        set.archiveFiles.put(new)
    }
}
