// The records of one service about itself: buckets of several classes, and the results of probers. Whether a process was running
// to count is known for the service as a whole: ten seconds in which one class had no requests are still written by another
// class.

/// The buckets that a service recorded, of all its classes.
public struct RecordedOutcomes: Hashable, Sendable {
    /// The class of probers' requests and of probers' results; it is not part of the service's own figures.
    public static let probeClass = "probe"

    private let buckets: [OutcomeBucket]

    /// Buckets by class, in any order and in parts.
    public init(_ buckets: [OutcomeBucket]) {
        self.buckets = buckets
    }

    /// The first recorded moment.
    public var first: Timestamp? { buckets.map(\.start).min() }

    /// The recorded classes by name, without the class of probers.
    public var classes: [String] {
        Set(buckets.map(\.key)).filter { $0 != Self.probeClass }.sorted()
    }

    /// All classes together as one service.
    ///
    /// Requests of probers do not count, their results do. There is no bucket where no process counted and no probe passed.
    public func service(named name: String, over window: TimeWindow) -> OutcomeSeries {
        let present = Set(buckets.filter(\.showsPresence).map(\.start))
        let parts = buckets.filter { present.contains($0.start) }.map { bucket in
            bucket.key == Self.probeClass
                ? OutcomeBucket(at: bucket.start, key: name, probes: bucket.probes) : bucket
        }
        return OutcomeSeries(parts, key: name, window: window)
    }

    /// Good, bad and excluded requests of one class.
    public func tally(of requestClass: String, in window: TimeWindow) -> OutcomeTally {
        var tally = OutcomeTally()
        for bucket in buckets where bucket.key == requestClass && window.contains(bucket.start) { tally.add(bucket) }
        return tally
    }

    /// Results of probes.
    public func probes(in window: TimeWindow) -> ProbeTally {
        var tally = ProbeTally()
        for bucket in buckets where window.contains(bucket.start) { tally.merge(bucket.probes) }
        return tally
    }
}

extension OutcomeBucket {
    /// Whether the bucket shows that the service was running: it recorded counts, even of zero, or a probe passed.
    fileprivate var showsPresence: Bool {
        key != RecordedOutcomes.probeClass || counted + excluded > 0 || probes.passed > 0
    }
}

/// Number of requests by outcome.
public struct OutcomeTally: Hashable, Sendable, Codable {
    /// Good requests.
    public private(set) var good: Int64 = 0
    /// Bad requests.
    public private(set) var bad: Int64 = 0
    /// Requests that do not count.
    public private(set) var excluded: Int64 = 0

    /// The share of good requests; nil without requests that count.
    public var ratio: Double? { good + bad > 0 ? Double(good) / Double(good + bad) : nil }

    mutating func add(_ bucket: OutcomeBucket) {
        good += bucket.good
        bad += bucket.bad
        excluded += bucket.excluded
    }
}
