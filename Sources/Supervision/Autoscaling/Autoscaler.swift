// Four steps, as in Kubernetes' horizontal controller:
//
// 1. Each metric proposes a number (`ReplicaCalculator`); the largest counts. If a metric has no data, no replica is removed.
// 2. Stabilisation: adding goes to the lowest proposal of the up window, removing to the highest of the down window. So a drop
//    must last for the whole window, and a peak within it holds: a noisy load moves the number up once and then leaves it.
// 3. Policies bound the change within their periods.
// 4. The number stays within its bounds.

/// Decides how many replicas there should be, from their metrics.
///
/// A plain state machine: every function takes the time, which must not run backwards. To be called at a steady pace.
public struct Autoscaler: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    private var history = ScalingHistory()

    /// An autoscaler without history.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// How many replicas there should be, and why.
    public struct Decision: Hashable, Sendable {
        /// How many replicas there should be.
        public let replicas: Int
        /// The number that the metrics alone ask for; nil where they have no data.
        public let proposed: Int?
        /// The metric with the largest proposal.
        public let metric: String?
        /// What determined the number.
        public let reason: Reason

        /// What determined the number.
        public enum Reason: String, Hashable, Sendable, CaseIterable {
            /// The metrics ask for the current number.
            case steady
            /// The metrics ask for the new number.
            case metric
            /// A recommendation of the stabilisation window holds.
            case stabilised
            /// A policy bounds the change.
            case policy
            /// The least or the most that is allowed.
            case bounds
            /// No metric has data, or some have none and the others would remove replicas.
            case noMetric
        }
    }

    /// The decision at this moment; the caller is expected to carry it out.
    ///
    /// - Parameters:
    ///   - current: how many replicas are wanted so far.
    ///   - metrics: the metrics to scale by.
    public mutating func decide(
        current: Int,
        metrics: [ScalingMetric],
        at now: ContinuousClock.Instant
    ) -> Decision {
        let (proposal, metric) = propose(current: current, metrics: metrics)
        // After a start only the current number is known; without this entry it could fall at once.
        if history.isEmpty { history.recommend(current, at: now, keeping: settings.longestWindow) }
        var reason = proposal == nil ? Decision.Reason.noMetric : .metric
        var replicas = current
        if settings.replicas.contains(current), let proposal {
            let stable = stabilise(proposal, current: current, at: now)
            if stable != proposal { reason = .stabilised }
            replicas = limit(stable, current: current, at: now)
            if replicas != stable { reason = .policy }
        }
        let bounded = min(max(replicas, settings.replicas.lowerBound), settings.replicas.upperBound)
        if bounded != replicas { reason = .bounds }
        if bounded == current, proposal == current { reason = .steady }
        if bounded != current { history.change(by: bounded - current, at: now, keeping: settings.longestPeriod) }
        return Decision(replicas: bounded, proposed: proposal, metric: metric, reason: reason)
    }

    /// The largest proposal; nil where there is none, or where a missing one could have been larger.
    private func propose(current: Int, metrics: [ScalingMetric]) -> (Int?, String?) {
        var best: (replicas: Int, name: String)?
        var isPartial = metrics.isEmpty
        for metric in metrics {
            guard let replicas = settings.calculator.desired(current: current, by: metric) else {
                isPartial = true
                continue
            }
            if best.map({ replicas > $0.replicas }) ?? true { best = (replicas, metric.name) }
        }
        guard let best, !isPartial || best.replicas > current else { return (nil, nil) }
        return (best.replicas, best.name)
    }

    private mutating func stabilise(_ proposal: Int, current: Int, at now: ContinuousClock.Instant) -> Int {
        history.recommend(proposal, at: now, keeping: settings.longestWindow)
        let lowest = history.recommendations(within: settings.up.stabilisationWindow, at: now).min() ?? proposal
        let highest = history.recommendations(within: settings.down.stabilisationWindow, at: now).max() ?? proposal
        return min(max(current, min(lowest, proposal)), max(highest, proposal))
    }

    /// The desired number, limited to the change that the policies allow.
    private func limit(_ desired: Int, current: Int, at now: ContinuousClock.Instant) -> Int {
        if desired > current {
            let reaches = settings.up.policies.map { policy in
                let start = current - history.change(within: policy.period, at: now)
                return switch policy.amount {
                case .replicas(let count): start + count
                case .percent(let percent): start + (start * percent + 99) / 100
                }
            }
            let most = settings.up.select.choose(smallest: reaches.min(), greatest: reaches.max())
            return min(desired, max(current, most ?? current))
        }
        guard desired < current else { return current }
        let reaches = settings.down.policies.map { policy in
            let start = current - history.change(within: policy.period, at: now)
            return switch policy.amount {
            case .replicas(let count): start - count
            case .percent(let percent): start - (start * min(percent, 100) + 99) / 100
            }
        }
        let least = settings.down.select.choose(smallest: reaches.max(), greatest: reaches.min())
        return max(desired, min(current, least ?? current))
    }
}

extension ScalingRules.Select {
    /// The change that counts, given the smallest and the greatest change that the policies allow; nil if changes are disabled.
    fileprivate func choose(smallest: Int?, greatest: Int?) -> Int? {
        switch self {
        case .max: greatest
        case .min: smallest
        case .disabled: nil
        }
    }
}
