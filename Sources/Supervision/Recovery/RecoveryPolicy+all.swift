// The table of repairs, in order of precedence: of the actions that take a replica out of service, only the first that applies
// is taken. Thresholds are those of the resource watches, of the readiness canary and of pressure stall information.

extension RecoveryPolicy {
    /// All policies, in order of precedence; `tradewind config` prints them.
    public static let all: [RecoveryPolicy] = replicas + machine

    private static let replicas: [RecoveryPolicy] = [
        RecoveryPolicy(
            name: "replica-dead",
            condition: "the failure judge has convicted the replica",
            action: .restart,
            limit: Limit(20, per: .seconds(60)),
            coolDown: .zero
        ) { seen in
            seen.verdict == .dead ? "no heartbeat" : nil
        },
        RecoveryPolicy(
            name: "event-loop-stuck",
            condition: "the replica's event loop is 2 s late or more",
            action: .recycle,
            limit: Limit(2, per: .seconds(60)),
            coolDown: .seconds(30)
        ) { seen in
            seen.eventLoopLag.flatMap { $0 >= .seconds(2) ? "event loop \($0) late" : nil }
        },
        RecoveryPolicy(
            name: "errors-unlike-peers",
            condition:
                "of at least 20 requests in 30 s that neither load nor their clients decided, half failed, and less than 5 % of the other replicas'",
            action: .recycle,
            limit: Limit(1, per: .seconds(60)),
            coolDown: .seconds(120),
            cause: errorsUnlikePeers
        ),
        RecoveryPolicy(
            name: "ledger-unreachable",
            condition: "the replica's canary is 10 s old or more, while that of at most half of all replicas is",
            action: .recycle,
            limit: Limit(1, per: .seconds(60)),
            coolDown: .seconds(60)
        ) { seen in
            guard let age = seen.canaryAge, age >= .seconds(10), let share = seen.staleCanaryShare, share <= 0.5 else {
                return nil
            }
            return "canary \(age) old, as of \(percent(share)) of the replicas"
        },
        RecoveryPolicy(
            name: "memory-exhausted",
            condition: "the replica uses 85 % of its memory or more",
            action: .recycle,
            limit: Limit(2, per: .seconds(60)),
            coolDown: .seconds(60)
        ) { seen in
            seen.memory.flatMap { $0.level == .act ? "memory \(percent($0.ratio)) used" : nil }
        },
        RecoveryPolicy(
            name: "descriptors-exhausted",
            condition: "the replica uses 90 % of its descriptors or more",
            action: .recycle,
            limit: Limit(2, per: .seconds(60)),
            coolDown: .seconds(60)
        ) { seen in
            seen.descriptors.flatMap { $0.level == .act ? "descriptors \(percent($0.ratio)) used" : nil }
        },
        RecoveryPolicy(
            name: "replica-suspect",
            condition: "the failure judge suspects the replica",
            action: .drain,
            limit: Limit(10, per: .seconds(60)),
            coolDown: .seconds(5)
        ) { seen in
            seen.verdict == .suspect ? "heartbeats are late" : nil
        },
        RecoveryPolicy(
            name: "memory-tight",
            condition: "the replica uses 80 % of its memory or more",
            action: .shed,
            limit: Limit(10, per: .seconds(60)),
            coolDown: .seconds(10)
        ) { seen in
            // A slope alone is no reason: a replica that has just been started, or that runs an import, grows too.
            seen.memory.flatMap { $0.level == .warn && $0.ratio >= 0.78 ? "memory \(percent($0.ratio)) used" : nil }
        },
    ]

    private static func errorsUnlikePeers(_ seen: RecoveryObservation) -> String? {
        guard let own = seen.requests, let peers = seen.peerRequests, own.telling >= 20, peers.telling >= 20,
            own.faults * 2 >= own.telling, peers.faults * 20 < peers.telling
        else { return nil }
        return "\(own.faults) of \(own.telling) requests failed, of the others \(peers.faults) of \(peers.telling)"
    }

    /// A share for people.
    static func percent(_ share: Double) -> String {
        "\(Int((share * 100).rounded())) %"
    }
}
