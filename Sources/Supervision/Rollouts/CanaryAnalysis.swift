import Ranges

/// Compares the error ratio of a new release with that of the old one over the same time.
///
/// The counts are tested only when the new release's requests have doubled since the last test: each test at p < 0.01 is wrong
/// once in a hundred times, and with a test every second a good release would be rolled back too often.
///
/// Requests that were shed, rate-limited or failed by their client's deadline are in neither count: they depend on the clients,
/// and one client may send all of them to one of the two releases.
public struct CanaryAnalysis: Hashable, Sendable {
    /// When a release counts as bad.
    public let settings: Settings
    private var nextLook: Int64

    /// An analysis without tests so far.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
        nextLook = settings.firstLook
    }

    /// When a release counts as bad.
    public struct Settings: Hashable, Sendable {
        /// An error ratio up to this is good, whatever the old release's ratio.
        public let errorRatio: Double
        /// An error ratio up to this multiple of the old release's ratio is good.
        public let timesBaseline: Double
        /// The release is bad only if the p-value is below this.
        public let significance: Double
        /// The number of requests of the new release before the first test.
        public let firstLook: Int64

        /// Settings; each must lie within its bounds (a fault otherwise).
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

    /// The evidence against a release.
    public struct Evidence: Hashable, Sendable {
        /// The new release's requests.
        public let canary: Heartbeat.Requests
        /// The old release's requests over the same time.
        public let baseline: Heartbeat.Requests
        /// The probability of this result, or a worse one, if both releases were equally good.
        public let pValue: Double
    }

    /// Tests the counts if they have doubled, or if this is the last test; nil if there is no evidence against the release.
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
