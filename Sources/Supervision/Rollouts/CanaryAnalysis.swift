/// Judges a new release by its error ratio against the old one's over the same time.
///
/// It is looked at only when its requests have doubled since the last look: each look at p < 0.01 is wrong once in a hundred
/// times, and with a look every second a good release would be rolled back too often.
///
/// What was shed, limited, or failed by a deadline of its client's is in neither count: it says how many ask and how, and one client may send
/// all of that to one of the two.
public struct CanaryAnalysis: Hashable, Sendable {
    /// When it is bad.
    public let settings: Settings
    private var nextLook: Int64

    /// Nothing looked at yet.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
        nextLook = settings.firstLook
    }

    /// From when on a release is bad.
    public struct Settings: Hashable, Sendable {
        /// An error ratio up to this is good, whatever the old release's is.
        public let errorRatio: Double
        /// So many times the old release's error ratio is good.
        public let timesBaseline: Double
        /// It is bad only if chance would explain it more seldom than this.
        public let significance: Double
        /// The requests of the new release that are waited for before the first look.
        public let firstLook: Int64

        /// Settings within their bounds.
        public init(
            errorRatio: Double = 0.01,
            timesBaseline: Double = 3,
            significance: Double = 0.01,
            firstLook: Int64 = 10
        ) {
            self.errorRatio = (0.0...1.0).holding(errorRatio, "errorRatio")
            self.timesBaseline = (1.0...100.0).holding(timesBaseline, "timesBaseline")
            self.significance = (0.000_001...0.5).holding(significance, "significance")
            self.firstLook = (1...1_000_000).holding(firstLook, "firstLook")
        }
    }

    /// What speaks against a release.
    public struct Evidence: Hashable, Sendable {
        /// The new release's requests.
        public let canary: Heartbeat.Requests
        /// The old release's requests over the same time.
        public let baseline: Heartbeat.Requests
        /// The chance of this, or worse, if the two were equally good.
        public let pValue: Double
    }

    /// Looks at the counts if it is time to, or if this is the last look; nil if nothing speaks against the release.
    public mutating func look(
        canary: Heartbeat.Requests,
        baseline: Heartbeat.Requests,
        isLast: Bool = false
    ) -> Evidence? {
        guard canary.telling > 0, isLast || canary.telling >= nextLook else { return nil }
        nextLook = max(nextLook, canary.telling) * 2
        let ratio = Double(canary.faults) / Double(canary.telling)
        let usual = baseline.telling > 0 ? Double(baseline.faults) / Double(baseline.telling) : 0
        guard ratio > max(settings.errorRatio, usual * settings.timesBaseline) else { return nil }
        let pValue = FisherExactTest.pValue(
            FisherExactTest.Group(failures: Int(canary.faults), total: Int(canary.telling)),
            against: FisherExactTest.Group(failures: Int(baseline.faults), total: Int(baseline.telling))
        )
        guard pValue < settings.significance else { return nil }
        return Evidence(canary: canary, baseline: baseline, pValue: pValue)
    }
}
