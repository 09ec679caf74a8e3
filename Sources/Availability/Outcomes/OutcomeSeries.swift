// The buckets of one service over a window, one for every ten seconds. A bucket is written even if there was nothing to count. A
// missing bucket means that no process was running to write it, and counts as down unless the caller says otherwise; else a dead
// process would have the best figures.

/// The buckets of one service over a window.
public struct OutcomeSeries: Hashable, Sendable {
    /// How ten seconds without a bucket are counted.
    public enum MissingBuckets: String, Hashable, Sendable, Codable {
        /// The service was down.
        case down
        /// Monitoring was off: the time does not count at all.
        case unwatched
    }

    /// How ten seconds without a bucket are counted.
    public let missing: MissingBuckets
    /// The service.
    public let key: String
    /// The window, widened to whole buckets.
    public let window: TimeWindow
    /// One for each ten seconds of the window; nil where the bucket is missing.
    public let buckets: [OutcomeBucket?]

    /// The series of a window.
    ///
    /// Buckets may come in any order and in parts; buckets outside the window are ignored.
    public init(_ parts: [OutcomeBucket], key: String, window: TimeWindow, missing: MissingBuckets = .down) {
        let from = OutcomeBucket.start(of: window.from)
        let length = OutcomeBucket.milliseconds
        let count = Int((from.milliseconds(to: window.to) + length - 1) / length)
        var buckets: [OutcomeBucket?] = Array(repeating: nil, count: count)
        for part in parts {
            let place = from.milliseconds(to: part.start) / length
            guard part.start >= from, place < count else { continue }
            if buckets[Int(place)] == nil { buckets[Int(place)] = OutcomeBucket(at: part.start, key: key) }
            buckets[Int(place)]?.merge(part)
        }
        self.key = key
        self.missing = missing
        self.buckets = buckets
        let end = from.adding(milliseconds: Int64(count) * length)
        self.window = TimeWindow(from: from, to: end) ?? window
    }

    /// The first moment of a bucket.
    func start(of place: Int) -> Timestamp {
        window.from.adding(milliseconds: Int64(place) * OutcomeBucket.milliseconds)
    }

    /// The condition of the service in a bucket; nil if that time does not count.
    func condition(of place: Int) -> BucketCondition? {
        buckets[place]?.condition ?? (missing == .down ? .down : nil)
    }

    /// How much of the window the service was up, degraded and down.
    public var time: TimeAvailability {
        var time = TimeAvailability()
        for place in buckets.indices {
            time.add(condition(of: place), isMissing: buckets[place] == nil)
        }
        return time
    }

    /// The incidents: runs of down buckets, merged where less than a minute lies between them.
    ///
    /// A run that has not ended by the end of the window is an open incident.
    public var incidents: [Incident] {
        var runs: [DownRun] = []
        for place in buckets.indices where condition(of: place) == .down {
            if let last = runs.last, start(of: last.end).milliseconds(to: start(of: place)) < Self.mergedGapMilliseconds
            {
                runs[runs.count - 1].extend(to: place)
            } else {
                runs.append(DownRun(at: place))
            }
        }
        return runs.map { run in
            Incident(
                service: key,
                start: start(of: run.start),
                recovered: run.end < buckets.count ? start(of: run.end) : nil,
                parts: run.parts,
                badRequests: buckets[run.start..<run.end].reduce(0) { $0 + ($1?.bad ?? 0) }
            )
        }
    }

    /// Runs of down buckets with less than this between them are one incident.
    public static let mergedGapMilliseconds: Int64 = 60_000
}

/// Down buckets with no more than short gaps between them, by their places.
private struct DownRun {
    let start: Int
    /// The place after the last one.
    private(set) var end: Int
    private(set) var parts = 1

    init(at place: Int) {
        start = place
        end = place + 1
    }

    mutating func extend(to place: Int) {
        if place > end { parts += 1 }
        end = place + 1
    }
}

/// How much of a window a service was up.
public struct TimeAvailability: Hashable, Sendable, Codable {
    /// Seconds that count.
    public private(set) var totalSeconds: Int64 = 0
    /// Seconds of down buckets.
    public private(set) var downSeconds: Int64 = 0
    /// Seconds of degraded buckets, which are up.
    public private(set) var degradedSeconds: Int64 = 0
    /// Seconds without a bucket, whether or not they count.
    public private(set) var missingSeconds: Int64 = 0

    /// The share of the time in which the service was not down; nil if no time counts.
    public var value: Double? {
        totalSeconds > 0 ? Double(totalSeconds - downSeconds) / Double(totalSeconds) : nil
    }

    mutating func add(_ condition: BucketCondition?, isMissing: Bool) {
        let seconds = OutcomeBucket.milliseconds / 1000
        if isMissing { missingSeconds += seconds }
        guard let condition else { return }
        totalSeconds += seconds
        switch condition {
        case .up: break
        case .degraded: degradedSeconds += seconds
        case .down: downSeconds += seconds
        }
    }
}
