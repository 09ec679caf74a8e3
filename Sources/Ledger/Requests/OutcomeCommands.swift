import Trading

/// Adds counts of requests or probes to those that are there.
///
/// Every replica sends its own counts, in any order and also late; what they come to does not depend on it. It is no document that could
/// be told again: sent twice without a key, it counts twice.
public struct RecordOutcomes: IdempotentCommand {
    /// `recordOutcomes`.
    public static let name = "recordOutcomes"

    /// What was counted since the last time.
    public let counts: [OutcomeBucketRow]

    /// Counts to add.
    public init(_ counts: [OutcomeBucketRow]) {
        self.counts = counts
    }

    /// Nothing but that it was committed.
    public func decide(_ set: WorkingSet) throws(Never) {
        for count in counts {
            var row = set.outcomes.get(count.key) ?? OutcomeBucketRow(count.key)
            row.add(count)
            set.outcomes.put(row)
        }
    }

    /// Nothing needs to be kept.
    public func receipt(for outcome: Void) -> [UInt8] { [] }

    /// It was committed before.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Void? { () }
}
