// Ten seconds of one class or service, as it is kept. Replicas each count their own requests; two counts of the same ten seconds are
// merged by adding, in whatever order they come.

/// What a prober saw, in one bucket.
public struct ProbeTally: Hashable, Sendable, Codable {
    /// Probes that were answered well.
    public private(set) var passed: Int64 = 0
    /// Probes that were not.
    public private(set) var failed: Int64 = 0
    /// The longest run of failures of one prober that ended or went on in this bucket, wherever it began.
    public private(set) var longestFailure = 0

    /// Nothing was probed.
    public init() {}

    /// From what was kept.
    public init(passed: Int64, failed: Int64, longestFailure: Int) {
        self.passed = passed
        self.failed = failed
        self.longestFailure = longestFailure
    }

    /// Takes in a verdict of one prober, whose run of failures is counted across buckets.
    public mutating func record(_ verdict: ProbeRun.Verdict) {
        if verdict.hasPassed { passed += 1 } else { failed += 1 }
        longestFailure = max(longestFailure, verdict.failures)
    }

    /// Adds what others saw at the same time.
    public mutating func merge(_ other: ProbeTally) {
        passed += other.passed
        failed += other.failed
        longestFailure = max(longestFailure, other.longestFailure)
    }
}

/// One prober's verdicts, one after another.
public struct ProbeRun: Hashable, Sendable {
    /// One verdict and how many failures in a row it makes.
    public struct Verdict: Hashable, Sendable {
        /// Whether the probe was answered well.
        public let hasPassed: Bool
        /// Failures in a row up to now; 0 if it passed.
        public let failures: Int
    }

    private var failures = 0

    /// Nothing was probed yet.
    public init() {}

    /// Counts a verdict.
    public mutating func record(hasPassed: Bool) -> Verdict {
        failures = hasPassed ? 0 : failures + 1
        return Verdict(hasPassed: hasPassed, failures: failures)
    }
}

/// How well a service did in one bucket.
public enum BucketCondition: String, Hashable, Sendable, Codable {
    /// Well.
    case up
    /// At least one request in a hundred was bad.
    case degraded
    /// Half of the requests were bad; or there were few, and a prober failed twice running.
    case down
}

/// Ten seconds of outcomes.
public struct OutcomeBucket: Hashable, Sendable, Codable {
    /// How long a bucket is.
    public static let milliseconds: Int64 = 10_000
    /// From how many requests on their ratio alone says whether the service is down.
    public static let requestsToJudge: Int64 = 20
    /// How many probes have to fail in a row where requests are few.
    public static let probesToJudge = 2

    /// Its first moment, a whole multiple of ten seconds since 1970.
    public let start: Moment
    /// The class or service that is counted.
    public let key: String
    /// Good requests.
    public private(set) var good: Int64
    /// Bad requests.
    public private(set) var bad: Int64
    /// Requests that do not count.
    public private(set) var excluded: Int64
    /// What probers saw.
    public private(set) var probes: ProbeTally

    /// The bucket of a moment, with counts that were kept, or empty.
    public init(
        at moment: Moment,
        key: String,
        good: Int64 = 0,
        bad: Int64 = 0,
        excluded: Int64 = 0,
        probes: ProbeTally = ProbeTally()
    ) {
        start = Self.start(of: moment)
        self.key = key
        self.good = good
        self.bad = bad
        self.excluded = excluded
        self.probes = probes
    }

    /// The first moment of the bucket that a moment lies in.
    public static func start(of moment: Moment) -> Moment {
        let rest = moment.milliseconds % milliseconds
        return moment.adding(milliseconds: rest < 0 ? -rest - milliseconds : -rest)
    }

    /// Counts a request.
    public mutating func record(_ outcome: Outcome) {
        switch outcome {
        case .good: good += 1
        case .bad: bad += 1
        case .excluded: excluded += 1
        }
    }

    /// Counts a probe.
    public mutating func record(_ verdict: ProbeRun.Verdict) {
        probes.record(verdict)
    }

    /// Adds another count of the same ten seconds: of another replica, or of another class of one service.
    public mutating func merge(_ other: OutcomeBucket) {
        precondition(start == other.start, "buckets of different times are not merged")
        good += other.good
        bad += other.bad
        excluded += other.excluded
        probes.merge(other.probes)
    }

    /// Requests that count.
    public var counted: Int64 { good + bad }

    /// How well the service did.
    public var condition: BucketCondition {
        if counted >= Self.requestsToJudge {
            if bad * 2 >= counted { return .down }
        } else if probes.longestFailure >= Self.probesToJudge {
            return .down
        }
        return bad > 0 && bad * 100 >= counted ? .degraded : .up
    }
}
