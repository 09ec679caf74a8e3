// Ten seconds of outcomes of one class or service, as they are stored. Each replica counts its own requests; two counts of the
// same ten seconds are merged by adding, in any order.

/// Results of probes in one bucket.
public struct ProbeTally: Hashable, Sendable, Codable {
    /// Probes that were answered well.
    public private(set) var passed: Int64 = 0
    /// Probes that failed.
    public private(set) var failed: Int64 = 0
    /// The longest run of failures of one prober that ended or continued in this bucket, wherever it began.
    public private(set) var longestFailure = 0

    /// A bucket without probes.
    public init() {}

    /// Restores stored counts.
    public init(passed: Int64, failed: Int64, longestFailure: Int) {
        self.passed = passed
        self.failed = failed
        self.longestFailure = longestFailure
    }

    /// Counts a verdict of one prober; its run of failures continues across buckets.
    public mutating func record(_ verdict: ProbeRun.Verdict) {
        if verdict.hasPassed { passed += 1 } else { failed += 1 }
        longestFailure = max(longestFailure, verdict.failures)
    }

    /// Adds the results of other probers for the same ten seconds.
    public mutating func merge(_ other: ProbeTally) {
        passed += other.passed
        failed += other.failed
        longestFailure = max(longestFailure, other.longestFailure)
    }
}

/// The verdicts of one prober, in order.
public struct ProbeRun: Hashable, Sendable {
    /// One verdict, with the number of failures in a row up to it.
    public struct Verdict: Hashable, Sendable {
        /// Whether the probe was answered well.
        public let hasPassed: Bool
        /// Failures in a row up to now; 0 if it passed.
        public let failures: Int
    }

    private var failures = 0

    /// A prober without verdicts.
    public init() {}

    /// Counts a verdict.
    public mutating func record(hasPassed: Bool) -> Verdict {
        failures = hasPassed ? 0 : failures + 1
        return Verdict(hasPassed: hasPassed, failures: failures)
    }
}

/// How well a service did in one bucket.
public enum BucketCondition: String, Hashable, Sendable, Codable {
    /// Less than one request in a hundred was bad.
    case up
    /// At least one request in a hundred was bad.
    case degraded
    /// Half of the requests were bad; or there were few requests and a prober failed twice in a row.
    case down
}

/// Ten seconds of outcomes.
public struct OutcomeBucket: Hashable, Sendable, Codable {
    /// How long a bucket is.
    public static let milliseconds: Int64 = 10_000
    /// The minimum of requests at which their ratio alone decides whether the service is down.
    public static let requestsToJudge: Int64 = 20
    /// How many probes have to fail in a row when there are too few requests to judge.
    public static let probesToJudge = 2

    /// Its first moment, a whole multiple of ten seconds since 1970.
    public let start: Timestamp
    /// The class or service that is counted.
    public let key: String
    /// Good requests.
    public private(set) var good: Int64
    /// Bad requests.
    public private(set) var bad: Int64
    /// Requests that do not count.
    public private(set) var excluded: Int64
    /// Results of probes.
    public private(set) var probes: ProbeTally

    /// The bucket that contains a moment, with stored counts, or empty.
    public init(
        at moment: Timestamp,
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
    public static func start(of moment: Timestamp) -> Timestamp {
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

    /// Adds another count of the same ten seconds: of another replica, or of another class of the same service.
    public mutating func merge(_ other: OutcomeBucket) {
        precondition(start == other.start, "buckets of different times are not merged")
        good += other.good
        bad += other.bad
        excluded += other.excluded
        probes.merge(other.probes)
    }

    /// Requests that count for availability.
    public var counted: Int64 { good + bad }

    /// The condition of the service in these ten seconds.
    public var condition: BucketCondition {
        if counted >= Self.requestsToJudge {
            if bad * 2 >= counted { return .down }
        } else if probes.longestFailure >= Self.probesToJudge {
            return .down
        }
        return bad > 0 && bad * 100 >= counted ? .degraded : .up
    }
}
