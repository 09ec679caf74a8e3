// Four steps, as in Kubernetes' horizontal controller:
//
// 1. Each metric proposes a number (`ReplicaCalculator`); the largest counts. If a metric says nothing, nobody goes down.
// 2. Stabilisation: up goes to the lowest proposal of the up window, down to the highest of the down window. So a drop must
//    last for the whole window, and a peak within it holds: a noisy load moves the number up once and then leaves it.
// 3. Policies bound the change within their periods.
// 4. The number stays within its bounds.

/// How many replicas there should be, from their metrics.
///
/// A plain state machine: every function is given the time, which must not run backwards. It is asked at a steady pace.
public struct Autoscaler: Sendable {
    /// The settings it keeps to.
    public let settings: Settings
    private var history = ScalingHistory()

    /// Nothing recommended yet.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// What should be, and why.
    public struct Decision: Hashable, Sendable {
        /// How many replicas there should be.
        public let replicas: Int
        /// What the metrics alone ask for; nil where they say nothing.
        public let proposed: Int?
        /// The metric that asks for the most.
        public let metric: String?
        /// What decided.
        public let reason: Reason

        /// What decided about the number.
        public enum Reason: String, Hashable, Sendable, CaseIterable {
            /// The metrics ask for what there is.
            case steady
            /// The metrics ask for the new number.
            case metric
            /// A recommendation of the stabilisation window holds.
            case stabilised
            /// A policy bounds the change.
            case policy
            /// The least or the most that is allowed.
            case bounds
            /// No metric can be judged by, or not all can and the others would take replicas away.
            case noMetric
        }
    }

    /// The decision at this moment; it is taken to be carried out.
    ///
    /// - Parameters:
    ///   - current: how many replicas are wanted so far.
    ///   - metrics: what they are scaled by.
    public mutating func decide(
        current: Int,
        metrics: [ScalingMetric],
        at now: ContinuousClock.Instant
    ) -> Decision {
        let (proposal, metric) = propose(current: current, metrics: metrics)
        // After a start nothing is known of the past but the number itself, which must not fall at once.
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

    /// The largest proposal; nil where there is none, or where one that is missing might have been larger.
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

    /// What the policies allow of a change.
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
    /// The reach that counts, of the smallest and the greatest change that the policies allow; nil if none does.
    fileprivate func choose(smallest: Int?, greatest: Int?) -> Int? {
        switch self {
        case .max: greatest
        case .min: smallest
        case .disabled: nil
        }
    }
}
