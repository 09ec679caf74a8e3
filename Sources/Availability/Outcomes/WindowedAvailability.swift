// An average over a month hides a bad hour. For each length of window, from a minute to a month, this is the worst that any such window
// was: short windows tell of sharp outages, long ones of steady trouble.
//
// Source: Hauer, Hoffmann, Lunney, Ardelean and Diwan, "Meaningful Availability" (NSDI 2020), section 5, *windowed user-uptime*. Theirs
// counts the up time of each user. Buckets do not know users, so this counts requests: a client that sends a thousand times more than
// others weighs a thousand times more, and one that gives up during an outage is not missed.

/// The worst window of one length.
public struct WorstWindow: Hashable, Sendable, Codable {
    /// How long the window is, in seconds.
    public let windowSeconds: Int64
    /// When the worst one began; the first, of several.
    public let from: Moment
    /// Bad requests in it.
    public let bad: Int64
    /// Requests in it that count.
    public let counted: Int64
    /// The share of good ones.
    public let ratio: Double
}

extension OutcomeSeries {
    /// The lengths that are looked at, in seconds: 1 and 10 minutes, 1 and 6 hours, 1, 7 and 30 days.
    public static let windowSeconds: [Int64] = [60, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000]

    /// The worst windows of each length that the series has room for, moved by ten seconds at a time.
    ///
    /// Windows in which no request counts are passed over. Cost: lengths × buckets.
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
