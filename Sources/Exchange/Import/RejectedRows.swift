/// Rows that were not imported: the first of them in full, all of them by reason.
package struct RejectedRows: Sendable {
    /// Most rows that are kept in full.
    package static let keptMax = 10_000
    /// The most reasons that are distinguished.
    private static let kindsMax = 100

    /// The first rows that were not imported.
    package private(set) var kept: [CatalogueRejection] = []
    /// The number of rows that were not imported.
    package private(set) var count = 0
    private var counts: [String: Int] = [:]

    /// No rows yet.
    package init() {}

    /// Notes a row.
    package mutating func add(_ rejection: CatalogueRejection) {
        count += 1
        if kept.count < Self.keptMax { kept.append(rejection) }
        let isKnown = counts[rejection.kind] != nil || counts.count < Self.kindsMax
        counts[isKnown ? rejection.kind : "other reasons", default: 0] += 1
    }

    /// Puts the kept rows in the order of the file.
    mutating func sort() {
        kept.sort { $0.line < $1.line }
    }

    /// The number of rows by reason, the most frequent first.
    package var reasons: [(kind: String, rows: Int)] {
        counts.map { (kind: $0.key, rows: $0.value) }.sorted { ($1.rows, $0.kind) < ($0.rows, $1.kind) }
    }
}
