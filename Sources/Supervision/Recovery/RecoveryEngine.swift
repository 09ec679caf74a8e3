// Repairs can do harm: ten replicas recycled at once are an outage. So each policy has a rate limit and a cool-down for each
// subject, no policy fires twice for a subject at the same time, and only one of the actions that take a replica out of service
// is in progress for a replica: the first that applies. A repair whose result is not reported is abandoned after a while, so that
// a lost report blocks nothing for ever. A restart takes precedence over a milder repair in progress.

/// Applies the policies to observations, and returns the repairs to carry out.
///
/// A plain state machine: every function takes the time, which must not run backwards.
public struct RecoveryEngine: Sendable {
    /// A repair without a result after this long is abandoned.
    public static let longestRepair = Duration.seconds(120)

    /// The policies, in order of precedence.
    public let policies: [RecoveryPolicy]
    /// Repairs in progress, in the order in which they began.
    public private(set) var underWay: [RecoveryFiring] = []
    /// How often a policy applied but was held back by its rate limit, by policy name.
    public private(set) var suppressed: [String: Int] = [:]
    private var firings = 0
    /// Recent firings of each policy.
    private var recent: [String: [ContinuousClock.Instant]] = [:]
    /// The end of the cool-down of each policy and subject.
    private var resting: [Pair: ContinuousClock.Instant] = [:]

    private struct Pair: Hashable {
        let policy: String
        let subject: RecoveryObservation.Subject
    }

    /// An engine for these policies, whose names must differ.
    public init(_ policies: [RecoveryPolicy] = RecoveryPolicy.all) {
        precondition(Set(policies.map(\.name)).count == policies.count, "two policies have one name")
        self.policies = policies
    }

    /// The repairs that begin now; each must be passed to `finish`.
    public mutating func consider(
        _ observations: [RecoveryObservation],
        at now: ContinuousClock.Instant
    ) -> [RecoveryFiring] {
        resting = resting.filter { now < $0.value }
        var begun: [RecoveryFiring] = []
        for policy in policies {
            for observation in observations {
                guard let cause = policy.cause(observation), isFree(policy, observation.subject, at: now) else {
                    continue
                }
                guard take(policy, at: now) else {
                    suppressed[policy.name, default: 0] += 1
                    continue
                }
                firings += 1
                let firing = RecoveryFiring(
                    number: firings,
                    policy: policy.name,
                    subject: observation.subject,
                    action: policy.action,
                    cause: cause,
                    startedAt: now
                )
                underWay.append(firing)
                begun.append(firing)
            }
        }
        return begun
    }

    /// Records the result of a repair, and returns the finished record; nil if the repair is not in progress.
    public mutating func finish(
        _ number: Int,
        _ result: RecoveryFiring.Result,
        at now: ContinuousClock.Instant
    ) -> RecoveryFiring? {
        guard let index = underWay.firstIndex(where: { $0.number == number }) else { return nil }
        var firing = underWay.remove(at: index)
        firing.end = RecoveryFiring.End(result: result, after: firing.startedAt.duration(to: now))
        if let policy = policies.first(where: { $0.name == firing.policy }), policy.coolDown > .zero {
            resting[Pair(policy: policy.name, subject: firing.subject)] = now + policy.coolDown
        }
        return firing
    }

    /// Abandons repairs without a result after `longestRepair`.
    public mutating func abandonOverdue(at now: ContinuousClock.Instant) -> [RecoveryFiring] {
        underWay.filter { $0.startedAt.duration(to: now) >= Self.longestRepair }
            .compactMap { finish($0.number, .abandoned, at: now) }
    }

    private func isFree(
        _ policy: RecoveryPolicy,
        _ subject: RecoveryObservation.Subject,
        at now: ContinuousClock.Instant
    ) -> Bool {
        if resting[Pair(policy: policy.name, subject: subject)] != nil { return false }
        return !underWay.contains { firing in
            guard firing.subject == subject else { return false }
            if firing.policy == policy.name { return true }
            let isStronger = policy.action == .restart && firing.action != .restart
            return policy.action.isDisruptive && firing.action.isDisruptive && !isStronger
        }
    }

    /// Takes one firing from the policy's rate limit; false if none is left.
    private mutating func take(_ policy: RecoveryPolicy, at now: ContinuousClock.Instant) -> Bool {
        var times = recent[policy.name, default: []].filter { $0.duration(to: now) < policy.limit.period }
        let isLeft = times.count < policy.limit.count
        if isLeft { times.append(now) }
        recent[policy.name] = times
        return isLeft
    }
}
