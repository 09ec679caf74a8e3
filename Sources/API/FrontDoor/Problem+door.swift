import HTTPTypes
import Resilience

extension Problem {
    /// The answer to a request that was shed.
    static func shed(_ refusal: LoadShedder.Refusal) -> Problem {
        Problem(
            .serviceUnavailable,
            "overloaded",
            "there is more to do than can be done; nothing was changed",
            retryAfter: Int(refusal.retryAfter.seconds.rounded(.up))
        )
    }

    /// The answer while the disk is nearly full: the remaining space is reserved for finishing what has begun.
    static let readOnly = Problem(
        .insufficientStorage,
        "storage_full",
        "the disk is nearly full; nothing was changed",
        retryAfter: 5
    )

    /// The answer after the client's own deadline.
    static var deadlinePassed: Problem {
        Problem(
            .serviceUnavailable,
            "deadline_passed",
            "the time that the client gave was over; nothing was changed",
            retryAfter: 1
        )
    }

    /// Whether the problem is one of time, not an error.
    var isOverload: Bool { ["overloaded", "deadline_passed", "outcome_unknown"].contains(code) }

    /// The request concerns a customer and lacks that customer's proof; answered with 401 if it has no credentials at all.
    public static let customerProofNeeded = proofNeeded(
        "this is a customer's: it needs a key that may act for customers, or that customer's own token as bearer"
    )

    /// The request spends a customer's store credit and has neither that customer's token nor the scope for moving money.
    public static let creditProofNeeded = proofNeeded(
        "store credit is its customer's: to spend it needs that customer's own token as bearer, or a key with the scope payments:write"
    )

    private static func proofNeeded(_ detail: String) -> Problem {
        var problem = Problem(.forbidden, "forbidden", detail)
        problem.needsProof = true
        return problem
    }

    /// The problem as this sender may see it.
    func told(to principal: Principal) -> Problem {
        guard needsProof else { return self }
        switch principal {
        case .key, .customer: return self
        case .anonymous, .orderSecret:
            var problem = Problem(.unauthorized, "unauthorized", detail)
            problem.headers[.wwwAuthenticate] = "Bearer"
            return problem
        }
    }

    /// Who is responsible, where the status blames the server.
    ///
    /// Only its sender can stop sending a request that crashes processes, and only the clients that hold streams open can close
    /// them.
    var blame: Blame {
        switch code {
        case "deadline_passed", "quarantined", "too_many_streams": .client
        case "overloaded": .load
        default: .server
        }
    }

    /// The key is valid, but lacks the scope.
    static func lacksScope(_ scope: Scope) -> Problem {
        Problem(.forbidden, "forbidden", "this needs a key with the scope \(scope.rawValue)")
    }
}
