// An average over a month hides a bad hour. For each length of window, from a minute to a month, this is the worst window of that
// length: short windows show sharp outages, long ones steady trouble.
//
// Source: Hauer, Hoffmann, Lunney, Ardelean and Diwan, "Meaningful Availability" (NSDI 2020), section 5, *windowed user-uptime*.
// Theirs counts the up time of each user. Buckets do not know users, so this counts requests: a client that sends a thousand
// times more than others weighs a thousand times more, and the requests that a client would have sent had it not given up are
// missing.

/// The worst window of one length.
public struct WorstWindow: Hashable, Sendable, Codable {
    /// How long the window is, in seconds.
    public let windowSeconds: Int64
    /// When the worst window began; the first one of several equal ones.
    public let from: Timestamp
    /// Bad requests in it.
    public let bad: Int64
    /// Requests in it that count.
    public let counted: Int64
    /// The share of good requests.
    public let ratio: Double
}

extension OutcomeSeries {
    /// The lengths of window in seconds: 1 and 10 minutes, 1 and 6 hours, 1, 7 and 30 days.
    public static let windowSeconds: [Int64] = [60, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000]

    /// The worst window of each length that fits into the series, moved in steps of ten seconds.
    ///
    /// Windows without requests that count are skipped. Cost: lengths × buckets.
    public var worstWindows: [WorstWindow] {
        var bad: [Int64] = [0]
        var counted: [Int64] = [0]
        for bucket in buckets {
            bad.append(bad[bad.count - 1] + (bucket?.bad ?? 0))
            counted.append(counted[counted.count - 1] + (bucket?.counted ?? 0))
        }
        return Self.windowSeconds.compactMap { seconds in
            let length = Int(seconds * 1000 / OutcomeBucket.milliseconds)
            guard length <= buckets.count else { return nil }
            var worst: WorstWindow?
            for first in 0...(buckets.count - length) {
                let total = counted[first + length] - counted[first]
                guard total > 0 else { continue }
                let failed = bad[first + length] - bad[first]
                let ratio = Double(total - failed) / Double(total)
                if ratio < worst?.ratio ?? .infinity {
                    worst = WorstWindow(
                        windowSeconds: seconds,
                        from: start(of: first),
                        bad: failed,
                        counted: total,
                        ratio: ratio
                    )
                }
            }
            return worst
        }
    }
}
