import Trading

/// A file of the archive, as the ledger knows it.
///
/// The file itself never changes. A file that holds orders which left it again is replaced by one without them: the row then names the new
/// file, under the same number. So the ledger of any moment says exactly which files belong to it.
package struct ArchiveFileRow: LedgerRow, Hashable {
    /// `archive_files`, by number.
    package static let schema = TableSchema(
        "archive_files",
        key: [.integer("number")],
        [
            .text("name"), .bytes("digest"), .integer("size"), .integer("orders"), .integer("added"), .integer("live"),
            .time("at"),
        ]
    )

    /// Its number, from 1; orders name it.
    package let key: Int64
    /// The name of the file in the directory of the archive.
    package let name: String
    /// The SHA-256 of the file.
    package let digest: [UInt8]
    /// The size of the file, in bytes.
    package let size: Int64
    /// The number of orders in the file.
    package let orders: Int64
    /// How many orders ever left the hot tables for it.
    package var added: Int64 = 0
    /// How many of them are archived in it still.
    package var live: Int64 = 0
    /// When it was written.
    package let at: Timestamp

    /// A file to which no order belongs yet.
    package init(number: Int64, name: String, digest: [UInt8], size: Int64, orders: Int64, at: Timestamp) {
        key = number
        self.name = name
        self.digest = digest
        self.size = size
        self.orders = orders
        self.at = at
    }

    /// Writes the columns.
    package func write(to columns: inout some ColumnWriter) {
        columns.integer(key)
        columns.text(name)
        columns.bytes(digest)
        columns.integer(size)
        columns.integer(orders)
        columns.integer(added)
        columns.integer(live)
        columns.time(at)
    }

    /// Reads the columns.
    package init?(from columns: inout some ColumnReader) {
        guard let number = columns.integer(), let name = columns.text(), let digest = columns.bytes(),
            let size = columns.integer(), let orders = columns.integer(), let added = columns.integer(),
            let live = columns.integer(), let at = columns.time()
        else { return nil }
        self.init(number: number, name: name, digest: digest, size: size, orders: orders, at: at)
        self.added = added
        self.live = live
    }
}

extension LedgerView {
    /// The files of the archive, by number.
    package func archiveFiles() throws(LedgerFailure) -> [ArchiveFileRow] {
        try rows(RowQuery<ArchiveFileRow>(limit: .max))
    }
}
