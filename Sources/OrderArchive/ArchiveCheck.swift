import Ledger
import Trading

/// Compares the ledger's rows about the archive with one another, with the hot tables and with the files.
struct ArchiveCheck {
    /// The hot tables.
    let view: any LedgerView
    let directory: ArchiveDirectory
    private static let page = 1000
    private static let listMax = 100

    /// What is wrong, in words, at most 100 of it; empty where all is sound.
    ///
    /// Cost: reads every file completely, and every row of `archived_orders` twice.
    func errors() throws(LedgerFailure) -> [String] {
        let files = try view.archiveFiles()
        var errors = directory.errors(files)
        let listed = Set(files.map(\.key))
        var counted: [Int64: Int64] = [:]
        try eachOrder { (order) throws(LedgerFailure) in
            counted[order.file, default: 0] += 1
            if !listed.contains(order.file) {
                errors.append("\(order.key) is in file \(order.file), which is not listed")
            }
            if try view.has(OrderRow.self, order.key) {
                errors.append("\(order.key) is archived, and in the hot tables too")
            }
        }
        for file in files {
            let count = counted[file.key] ?? 0
            if count != file.live || count > file.orders {
                errors.append(
                    "the archive's file \(file.name) counts \(file.live) of \(file.orders) orders, not \(count)"
                )
            }
            do throws(LedgerFailure) {
                let found = try foundOrders(file)
                if found != count {
                    errors.append("the archive's file \(file.name) has \(found) of its \(count) orders")
                }
            } catch  where error.code == .corrupt {
                errors.append(error.detail)
            }
        }
        return Array(errors.prefix(Self.listMax))
    }

    /// What is wrong with the orders that are archived in a file, in words.
    ///
    /// Cost: reads the file, and two rows for each of its orders.
    func errors(of number: Int64) throws(LedgerFailure) -> [String] {
        guard let file = try view.row(ArchiveFileRow.self, number) else {
            return ["the archive's file \(number) is not listed"]
        }
        let reader = try directory.reader(file)
        var errors: [String] = []
        var found: Int64 = 0
        for block in 0..<reader.blockCount {
            for order in try reader.block(UInt32(block)) {
                let isArchived = try view.row(ArchivedOrderRow.self, order.id)?.file == number
                if isArchived { found += 1 }
                if isArchived == (try view.has(OrderRow.self, order.id)) {
                    errors.append("\(order.id) is \(isArchived ? "archived, and in the hot tables too" : "nowhere")")
                }
            }
        }
        if found != file.live {
            errors.append("the archive's file \(file.name) has \(found) of its \(file.live) orders")
        }
        return Array(errors.prefix(Self.listMax))
    }

    private func eachOrder(_ body: (ArchivedOrderRow) throws(LedgerFailure) -> Void) throws(LedgerFailure) {
        var after: ID<Order>?
        repeat {
            let page = try view.rows(RowQuery<ArchivedOrderRow>(after: after, limit: Self.page))
            for row in page { try body(row) }
            after = page.count == Self.page ? page.last?.key : nil
        } while after != nil
    }

    /// How many orders of a file's blocks are archived in it.
    private func foundOrders(_ file: ArchiveFileRow) throws(LedgerFailure) -> Int64 {
        let reader = try directory.reader(file)
        var found: Int64 = 0
        for number in 0..<reader.blockCount {
            for order in try reader.block(UInt32(number))
            where try view.row(ArchivedOrderRow.self, order.id)?.file == file.key { found += 1 }
        }
        return found
    }
}
