// The problems for refusals of the rules: one exhaustive switch for each closed set of refusals. 404 where the object itself is
// missing, 412 where another editor was first, 422 where the same request can never succeed, 409 where it could at another time.

import API
import Ledger
import Trading

/// A refusal with a problem for the client.
protocol ProblemRefusal: Error, Sendable {
    /// The problem for the client.
    var problem: Problem { get }
}

extension Never: ProblemRefusal {
    var problem: Problem {
        switch self {}
    }
}

extension CustomerRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("customer")
        case .erased: Problem(.conflict, "erased", "the customer's data was erased")
        case .versionConflict(let current): .versionConflict(current)
        case .emailTaken: Problem(.conflict, "email_taken", "another customer has this e-mail address")
        }
    }
}

extension WebhookRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("webhook")
        case .versionConflict(let current): .versionConflict(current)
        case .limitReached(let limit): Problem(.conflict, "limit_reached", "there are at most \(limit)")
        case .disabled: Problem(.conflict, "webhook_disabled", "the webhook is disabled; enable it first")
        case .replayUnderWay(let end):
            Problem(.conflict, "replay_under_way", "the webhook is being told again what happened up to event \(end)")
        case .emptyRange: .invalid("/from", "out_of_range", "there is no event from there on")
        }
    }
}

extension Problem {
    /// Several problems of one kind: the first one's text, with the places of all.
    static func several(_ problems: [Problem]) -> Problem {
        precondition(!problems.isEmpty, "there is a problem")
        var problem = problems[0]
        problem.errors = problems.flatMap(\.errors)
        if problem.errors.count > 1 { problem.detail += "; and \(problem.errors.count - 1) more" }
        return problem
    }

    /// The body of a request without a key that has `orders:write` exceeds its limit.
    static func guestBodyTooLarge(_ what: String) -> Problem {
        Problem(
            .contentTooLarge,
            "body_too_large",
            "\(what) without a key with the scope orders:write has at most \(Bounds.guestOrderBytes) bytes"
        )
    }

    /// An account of the books would exceed 64 bits.
    static func booksFull(_ key: BalanceRow.Key) -> Problem {
        Problem(
            .conflict,
            "books_full",
            "the account \(key.account.name) in \(key.currency.code) cannot be counted further; nothing was changed"
        )
    }

    static func versionConflict(_ current: Int64) -> Problem {
        Problem(.preconditionFailed, "version_conflict", "it is at version \(current)") { json in
            json.member("version", current)
        }
    }
}

extension ClosedRange<Int64> {
    var text: String { "\(lowerBound) to \(upperBound)" }
}
