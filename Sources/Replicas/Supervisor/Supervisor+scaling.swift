import Logging
import Supervision

extension Supervisor {
    /// How often the number of replicas is thought over, as in Kubernetes.
    static let scalingInterval = Duration.seconds(15)
    /// The processors that a replica should keep busy on average.
    private static let processorTarget = 0.7
    /// The requests that a replica should have under way on average.
    private static let inFlightTarget = 64.0

    /// Wants as many replicas as their load asks for, within the bounds of the plan.
    func scale(at now: ContinuousClock.Instant) {
        guard plan.replicas.count > 1, !isStopping, rollout == nil, hasServed else { return }
        let decision = autoscaler.decide(
            current: wanted,
            metrics: [
                metric("cpu", target: Self.processorTarget) { replica, _ in replica.busyProcessors },
                metric("inFlight", target: Self.inFlightTarget) { _, heartbeat in Double(heartbeat.inFlight) },
            ],
            at: now
        )
        guard decision.replicas != wanted else { return }
        logger.notice(
            "\(decision.replicas) replicas are wanted instead of \(wanted)",
            metadata: ["metric": "\(decision.metric ?? "none")", "reason": "\(decision.reason)"]
        )
        wanted = decision.replicas
    }

    private func metric(
        _ name: String,
        target: Double,
        _ value: (ManagedReplica, Heartbeat) -> Double
    ) -> ScalingMetric {
        ScalingMetric(
            name: name,
            target: target,
            readings: staying.map { replica in
                guard replica.phase == .serving else { return .notReady }
                return replica.heartbeat.map { .value(value(replica, $0)) } ?? .missing
            }
        )
    }
}
