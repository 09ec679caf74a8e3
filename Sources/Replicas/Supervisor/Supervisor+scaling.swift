import Logging
import Supervision

extension Supervisor {
    /// Sets the wanted number of replicas by their load, within the bounds of the plan.
    func scale(at now: ContinuousClock.Instant) {
        guard plan.replicas.count > 1, !isStopping, rollout == nil, hasServed else { return }
        let decision = autoscaler.decide(
            current: wanted,
            metrics: [
                metric("cpu", target: plan.scaling.processors) { replica, _ in replica.busyProcessors },
                metric("inFlight", target: plan.scaling.inFlight) { _, heartbeat in Double(heartbeat.inFlight) },
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
