import Trading

/// The options of a run; the same options give the same run.
public struct SimulationOptions: Hashable, Sendable {
    /// The seed, which determines everything.
    public var seed: UInt64
    /// How many orders are placed.
    public var orders: Int
    /// How many processes there are.
    public var processes: Int
    /// Whether the clock of the machine jumps, forward and back.
    public var clockJumps: Bool
    /// A bug to plant, to test whether the checks find it.
    public var bug: PlantedBug?
    /// After how many steps a run counts as endless.
    public var maxSteps: Int

    /// A run.
    public init(
        seed: UInt64,
        orders: Int = 8,
        processes: Int = 3,
        clockJumps: Bool = false,
        bug: PlantedBug? = nil,
        maxSteps: Int = 100_000
    ) {
        self.seed = seed
        self.orders = orders
        self.processes = processes
        self.clockJumps = clockJumps
        self.bug = bug
        self.maxSteps = maxSteps
    }
}

/// A bug that can be planted in the simulated drivers; the rules themselves have no switch.
public enum PlantedBug: String, Hashable, Sendable, CaseIterable {
    /// A client's repeated request is not recognised.
    case droppedIdempotency
    /// An authorisation with an unknown outcome is made anew, under another key.
    case secondAttempt
    /// An outcome is recorded under the current claim instead of the one under which the call was made.
    case unfencedRecord
}

/// The checked invariants.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// Every row can be read.
    case readable
    /// Events are numbered without gaps.
    case events
    /// Stock is the sum of its movements, and reserved is neither negative nor greater than on hand.
    case stock
    /// Entries are numbered without gaps and balance; balances are their sums.
    case books
    /// Refunded ≤ captured ≤ authorised ≤ requested, at most one open attempt, and the order agrees with its payments.
    case payments
    /// At no time does more than one charge of an order hold money.
    case oneCharge
    /// A request that is repeated has one effect and one answer.
    case once
    /// An outcome counts only under the latest claim, and once.
    case fencing
    /// A key identifies one object.
    case keys
    /// Reserved units are those of unfinished orders.
    case reservations
    /// A provider's books agree with ours.
    case providersBooks
    /// A carrier's books agree with ours.
    case carriersBooks
    /// After the last fault all work finishes.
    case ends
}

/// A violation of an invariant.
public struct Violation: Error, Hashable, Sendable {
    /// The violated invariant.
    public let rule: Invariant
    /// The finding.
    public let detail: String
    /// The step after which it was found.
    public let step: Int
    /// The last log lines, the newest at the end.
    public let log: [String]
}

/// A run and its result.
public struct SimulationReport: Hashable, Sendable {
    /// Counts of a run.
    public struct Tally: Hashable, Sendable {
        /// Steps of virtual time.
        public var steps = 0
        /// Transactions.
        public var commits = 0
        /// Orders.
        public var orders = 0
        /// Calls to providers and carriers.
        public var calls = 0
        /// Calls that did not simply end with an answer.
        public var brokenCalls = 0
        /// Crashes of processes.
        public var crashes = 0
        /// Stalls of processes.
        public var pauses = 0
        /// Commits of which the store did not say whether they had happened.
        public var unknownCommits = 0
        /// Jumps of the machine's clock.
        public var clockJumps = 0
        /// Outcomes that came under a lapsed claim.
        public var lapsed = 0
        /// Requests that got an earlier answer again.
        public var replays = 0

        /// Zeros.
        public init() {}
    }

    /// The options.
    public let options: SimulationOptions
    /// The counts.
    public let tally: Tally
    /// The virtual time that passed, in seconds.
    public let seconds: Double
    /// Equal for equal runs of the same code.
    public let fingerprint: UInt64
    /// The digest of every row at the end: equal for code that decides and writes the same.
    public let digest: UInt64
    /// The violation; nil where there is none.
    public let violation: Violation?
}

extension SimulationReport: CustomStringConvertible {
    /// All that a person needs to find the cause.
    public var description: String {
        guard let violation else { return "seed \(options.seed): \(tally.steps) steps, sound" }
        let title = "seed \(options.seed), step \(violation.step): \(violation.rule.rawValue): \(violation.detail)"
        return ([title] + violation.log).joined(separator: "\n  ")
    }
}
