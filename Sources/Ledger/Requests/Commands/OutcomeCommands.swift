import Trading

/// Adds counts of requests or probes to the stored ones.
///
/// Every replica sends its own counts, in any order and also late; the sums do not depend on that. A repetition without a key
/// counts twice.
public struct RecordOutcomes: IdempotentCommand {
    /// `recordOutcomes`.
    public static let name = "recordOutcomes"

    /// The counts since the last time.
    public let counts: [OutcomeBucketRow]

    /// Counts to add.
    public init(_ counts: [OutcomeBucketRow]) {
        self.counts = counts
    }

    /// Adds the counts.
    public func decide(_ set: WorkingSet) throws(Never) {
        for count in counts {
            var row = set.outcomes.get(count.key) ?? OutcomeBucketRow(count.key)
            row.add(count)
            set.outcomes.put(row)
        }
    }

    /// Empty.
    public func receipt(for outcome: Void) -> [UInt8] { [] }

    /// Nothing: it was committed before.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Void? { () }
}
