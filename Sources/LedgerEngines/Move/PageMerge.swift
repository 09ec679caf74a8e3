import Ledger

/// The difference between two pages of one table, which begin behind the same key.
struct PageMerge {
    /// What makes the target's rows those of the source, up to ``end``.
    private(set) var changes: TableChanges
    /// The key up to which both pages are complete, and behind which the next ones begin; nil where the table ends.
    let end: RowColumns?
    /// The number of the source's rows up to there.
    private(set) var rows = 0

    /// Compares two pages.
    ///
    /// - Parameter limit: the number of rows from which on a page may not be the last one.
    init(_ source: RowColumns, _ target: RowColumns, of table: TableSchema, limit: Int) {
        let merge = Merge(source, target, table)
        end = merge.end(limit: limit)
        changes = TableChanges(table)
        var (deleted, updated, inserted) = (RowColumns(), RowColumns(), RowColumns())
        let (width, keys) = (table.columns.count, table.keyCount)
        var (left, right) = (0, 0)
        let (lefts, rights) = (merge.count(source, upTo: end), merge.count(target, upTo: end))
        while left < lefts || right < rights {
            let order = left == lefts ? 1 : (right == rights ? -1 : merge.order(left, right))
            if order < 0 {
                inserted.add(left, of: source, width: width, first: width)
            } else if order > 0 {
                deleted.add(right, of: target, width: width, first: keys)
            } else if !merge.areEqual(left, right) {
                updated.add(left, of: source, width: width, first: width)
            }
            if order <= 0 { left += 1 }
            if order >= 0 { right += 1 }
        }
        rows = lefts
        changes = TableChanges(table, deleted: deleted, updated: updated, inserted: inserted)
    }

    /// The number of rows that differ.
    var changed: Int {
        let width = changes.table.columns.count
        return changes.deleted.rows(of: changes.table.keyCount) + changes.updated.rows(of: width)
            + changes.inserted.rows(of: width)
    }
}

/// Two pages of a table.
private struct Merge {
    let source, target: RowColumns
    let width, keys: Int

    init(_ source: RowColumns, _ target: RowColumns, _ table: TableSchema) {
        self.source = source
        self.target = target
        width = table.columns.count
        keys = table.keyCount
    }

    func order(_ left: Int, _ right: Int) -> Int { order(source, left * width, target, right * width) }

    private func order(_ one: RowColumns, _ first: Int, _ other: RowColumns, _ second: Int) -> Int {
        for column in 0..<keys {
            let order = RowColumns.order(one, first + column, other, second + column)
            if order != 0 { return order }
        }
        return 0
    }

    func areEqual(_ left: Int, _ right: Int) -> Bool {
        (keys..<width).allSatisfy { RowColumns.order(source, left * width + $0, target, right * width + $0) == 0 }
    }

    /// The lesser of the pages' last keys, of those that may not be the last page.
    func end(limit: Int) -> RowColumns? {
        let ends = [source, target].filter { $0.rows(of: width) >= limit }.map { page in
            var key = RowColumns()
            key.add(page.rows(of: width) - 1, of: page, width: width, first: keys)
            return key
        }
        return ends.min { order($0, 0, $1, 0) < 0 }
    }

    /// The number of a page's rows up to a key.
    func count(_ page: RowColumns, upTo end: RowColumns?) -> Int {
        let count = page.rows(of: width)
        guard let end else { return count }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if order(page, middle * width, end, 0) <= 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
