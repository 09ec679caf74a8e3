import Trading

/// What a run is made of; the same options give the same run.
public struct SimulationOptions: Hashable, Sendable {
    /// Everything follows from it.
    public var seed: UInt64
    /// How many orders are placed.
    public var orders: Int
    /// How many processes there are.
    public var processes: Int
    /// Whether the clock of the machine jumps, forward and back.
    public var clockJumps: Bool
    /// A bug to plant: what a run is worth shows in whether it is found.
    public var bug: PlantedBug?
    /// After how many steps a run is taken to never end.
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

/// A bug that a run may be given, in whoever drives the rules: the rules themselves have no switch.
public enum PlantedBug: String, Hashable, Sendable, CaseIterable {
    /// A client's request is not known again when it is repeated.
    case droppedIdempotency
    /// An authorisation whose outcome is not known is made anew, under another key.
    case secondAttempt
    /// An outcome is recorded under whatever claim there is now, not under the one by which the call was made.
    case unfencedRecord
}

/// What must hold.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// Every row can be read.
    case readable
    /// Events are numbered without gaps.
    case events
    /// Stock is the sum of its movements, reserved is never below nothing or above what is on hand.
    case stock
    /// Entries are numbered without gaps and balance; balances are their sums.
    case books
    /// Given back ≤ taken ≤ held ≤ asked for, one open attempt at most, and the order says the same as its payments.
    case payments
    /// At no time does more than one charge of an order hold or keep money.
    case oneCharge
    /// A request that is repeated has one effect and one answer.
    case once
    /// An outcome counts only under the latest claim, and once.
    case fencing
    /// A key names one thing.
    case keys
    /// What is reserved is what unfinished orders hold.
    case reservations
    /// A provider's books say the same as ours.
    case providersBooks
    /// A carrier's books say the same as ours.
    case carriersBooks
    /// Once nothing goes wrong any more everything comes to an end.
    case ends
}

/// Something that must not be.
public struct Violation: Error, Hashable, Sendable {
    /// What does not hold.
    public let rule: Invariant
    /// What was found.
    public let detail: String
    /// The step after which it was found.
    public let step: Int
    /// What happened before, the newest at the end.
    public let log: [String]
}

/// What a run was, and what it found.
public struct SimulationReport: Hashable, Sendable {
    /// What there was of everything.
    public struct Tally: Hashable, Sendable {
        /// Occurrences.
        public var steps = 0
        /// Transactions.
        public var commits = 0
        /// Orders.
        public var orders = 0
        /// Calls to providers and carriers.
        public var calls = 0
        /// Calls that did not simply end with an answer.
        public var brokenCalls = 0
        /// Deaths of processes.
        public var crashes = 0
        /// Stalls of processes.
        public var pauses = 0
        /// Jumps of the machine's clock.
        public var clockJumps = 0
        /// Outcomes that came under a claim that had lapsed.
        public var lapsed = 0
        /// Requests that were told an earlier answer.
        public var replays = 0

        /// Nothing.
        public init() {}
    }

    /// The run.
    public let options: SimulationOptions
    /// What there was.
    public let tally: Tally
    /// Virtual time that went by, in seconds.
    public let seconds: Double
    /// The same for the same run of the same code.
    public let fingerprint: UInt64
    /// Of every row that the run left: the same for code that decides and writes the same.
    public let digest: UInt64
    /// What was found; nil where everything held.
    public let violation: Violation?
}

extension SimulationReport: CustomStringConvertible {
    /// What somebody needs who has to find out why.
    public var description: String {
        guard let violation else { return "seed \(options.seed): \(tally.steps) steps, sound" }
        let title = "seed \(options.seed), step \(violation.step): \(violation.rule.rawValue): \(violation.detail)"
        return ([title] + violation.log).joined(separator: "\n  ")
    }
}
