/// Recent recommendations and changes, for as long as any rule looks back.
struct ScalingHistory: Sendable {
    private var recommendations: [(at: ContinuousClock.Instant, replicas: Int)] = []
    private var changes: [(at: ContinuousClock.Instant, by: Int)] = []

    mutating func recommend(_ replicas: Int, at now: ContinuousClock.Instant, keeping window: Duration) {
        recommendations.removeAll { $0.at.duration(to: now) > window }
        recommendations.append((now, replicas))
    }

    mutating func change(by difference: Int, at now: ContinuousClock.Instant, keeping period: Duration) {
        changes.removeAll { $0.at.duration(to: now) > period }
        changes.append((now, difference))
    }

    var isEmpty: Bool { recommendations.isEmpty }

    /// The recommendations that are younger than the window.
    func recommendations(within window: Duration, at now: ContinuousClock.Instant) -> [Int] {
        recommendations.filter { $0.at.duration(to: now) < window }.map(\.replicas)
    }

    /// The change of the number within the period.
    func change(within period: Duration, at now: ContinuousClock.Instant) -> Int {
        changes.filter { $0.at.duration(to: now) < period }.reduce(0) { $0 + $1.by }
    }
}
