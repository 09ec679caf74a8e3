// What a service recorded of itself: buckets of several classes, and what probers told afterwards. Whether somebody was there to count is
// known of the service as a whole: ten seconds in which one class had nothing to do are written by another.

/// The buckets that a service recorded, of all its classes.
public struct RecordedOutcomes: Hashable, Sendable {
    /// The class of probers' requests, and of what probers saw; it is no part of the service's own figures.
    public static let probeClass = "probe"

    private let buckets: [OutcomeBucket]

    /// Buckets by class, in any order and in parts.
    public init(_ buckets: [OutcomeBucket]) {
        self.buckets = buckets
    }

    /// The first moment of which anything is known.
    public var first: Moment? { buckets.map(\.start).min() }

    /// The classes that were counted, by name, without that of probers.
    public var classes: [String] {
        Set(buckets.map(\.key)).filter { $0 != Self.probeClass }.sorted()
    }

    /// Everything as one service.
    ///
    /// Requests of probers do not count, what probers saw does. Where nobody counted and no probe went well there is no bucket.
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

    /// What probers saw.
    public func probes(in window: TimeWindow) -> ProbeTally {
        var tally = ProbeTally()
        for bucket in buckets where window.contains(bucket.start) { tally.merge(bucket.probes) }
        return tally
    }
}

extension OutcomeBucket {
    /// Whether it shows that the service was there: it counted by itself, if only nothing, or a probe went well.
    fileprivate var showsPresence: Bool {
        key != RecordedOutcomes.probeClass || counted + excluded > 0 || probes.passed > 0
    }
}

/// How many requests ended how.
public struct OutcomeTally: Hashable, Sendable, Codable {
    /// Good requests.
    public private(set) var good: Int64 = 0
    /// Bad requests.
    public private(set) var bad: Int64 = 0
    /// Requests that do not count.
    public private(set) var excluded: Int64 = 0

    /// The share of good ones; nil without requests that count.
    public var ratio: Double? { good + bad > 0 ? Double(good) / Double(good + bad) : nil }

    mutating func add(_ bucket: OutcomeBucket) {
        good += bucket.good
        bad += bucket.bad
        excluded += bucket.excluded
    }
}
