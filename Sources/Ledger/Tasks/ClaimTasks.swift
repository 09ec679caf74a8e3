import Trading

/// Why a worker's step was refused.
public enum TaskRefusal: Error, Hashable, Sendable {
    /// The task is done, or another worker has claimed it since.
    case lapsed
}

/// Claims tasks that are due, so that no other worker takes them for a while.
public struct ClaimTasks: Command {
    /// `claimTasks`.
    public static let name = "claimTasks"

    /// Tasks that a look at the ledger showed to be due.
    public let candidates: [TaskRow.Key]
    /// For how long the claim holds, in seconds.
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

    /// The tasks that are still due, each with the epoch of this claim.
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
