import Trading

/// Why a worker's step was refused.
///
/// Nothing was changed; trying again does not help.
public enum TaskRefusal: Error, Hashable, Sendable {
    /// The task is done, or another worker has claimed it since.
    case lapsed
}

/// Claims due tasks, so that no other worker takes them for a while.
public struct ClaimTasks: Command {
    /// `claimTasks`.
    public static let name = "claimTasks"

    /// Tasks that a read of the ledger found to be due.
    public let candidates: [TaskRow.Key]
    /// How long the claim is valid, in seconds.
    public let seconds: Int64

    /// A claim on tasks.
    public init(_ candidates: [TaskRow.Key], seconds: Int64) {
        self.candidates = candidates
        self.seconds = seconds
    }

    /// The candidates.
    public func prefetch(_ set: WorkingSet) {
        for key in candidates { set.tasks.want(key) }
    }

    /// Decides which tasks are still due, each with the epoch of this claim.
    public func decide(_ set: WorkingSet) throws(Never) -> [TaskRow] {
        var claimed: [TaskRow] = []
        for key in candidates {
            guard var task = set.tasks.get(key), task.due <= set.now else { continue }
            task.epoch += 1
            task.due = set.now.adding(seconds: seconds)
            set.tasks.put(task)
            claimed.append(task)
        }
        return claimed
    }
}
