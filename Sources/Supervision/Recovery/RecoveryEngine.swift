// Repairs can do harm: ten replicas recycled at once are an outage. So each policy has a rate, each subject is left alone by a policy
// for a while, no policy fires twice for a subject at the same time, and of the actions that take a replica out of service only
// one is under way for a replica: the first that applies. A repair of which nobody reports a result is given up after a while,
// so that a lost report blocks nothing for ever. A restart takes precedence over whatever milder thing is being done.

/// Applies the policies to what is observed, and says what to do.
///
/// A plain state machine: every function is given the time, which must not run backwards.
public struct RecoveryEngine: Sendable {
    /// A repair of which nothing is heard for so long is given up.
    public static let longestRepair = Duration.seconds(120)

    /// The policies, in order of precedence.
    public let policies: [RecoveryPolicy]
    /// Repairs under way, in the order in which they began.
    public private(set) var underWay: [RecoveryFiring] = []
    /// How often a policy applied but was held back by its rate, by its name.
    public private(set) var suppressed: [String: Int] = [:]
    private var firings = 0
    /// When each policy fired lately.
    private var recent: [String: [ContinuousClock.Instant]] = [:]
    /// Until when a policy leaves a subject alone.
    private var resting: [Pair: ContinuousClock.Instant] = [:]

    private struct Pair: Hashable {
        let policy: String
        let subject: RecoveryObservation.Subject
    }

    /// An engine over these policies, whose names differ.
    public init(_ policies: [RecoveryPolicy] = RecoveryPolicy.all) {
        precondition(Set(policies.map(\.name)).count == policies.count, "two policies have one name")
        self.policies = policies
    }

    /// The repairs that begin now; each is to be finished.
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

    /// Takes the result of a repair, and gives the finished record; nil if it is not under way.
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

    /// Gives up repairs of which nothing was heard for too long.
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

    /// Takes one firing from the policy's rate; false if there is none left.
    private mutating func take(_ policy: RecoveryPolicy, at now: ContinuousClock.Instant) -> Bool {
        var times = recent[policy.name, default: []].filter { $0.duration(to: now) < policy.limit.period }
        let isLeft = times.count < policy.limit.count
        if isLeft { times.append(now) }
        recent[policy.name] = times
        return isLeft
    }
}
