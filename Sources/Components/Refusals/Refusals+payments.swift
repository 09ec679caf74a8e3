// The problems for refusals of the payment rules.

import API
import Ledger
import Trading

extension PaymentChoiceRefusal {
    /// The problem for the client; the choice of payment is at this pointer of the body.
    func problem(at pointer: String) -> Problem {
        switch self {
        case .notOffered:
            .invalid(
                "\(pointer)/method",
                "payment_not_offered",
                "the shop does not take this amount in this currency by this method"
            )
        case .notRepresentable(let amount, let step):
            .invalid(
                "\(pointer)/method",
                "amount_not_representable",
                "the provider counts \(amount.currency.code) in steps of \(step), so it could not take or give back \(amount)"
            )
        case .customerNeeded:
            .invalid("/customer", "required", "store credit belongs to a customer on file")
        case .notYours: .creditProofNeeded
        case .giftCardNotFound:
            .wrongCode(at: "\(pointer)/code")
        case .currencyMismatch(let currency):
            .invalid("\(pointer)/code", "currency_mismatch", "the gift card is in \(currency.code)")
        case .insufficientFunds(let available):
            Problem(.conflict, "insufficient_funds", "there is \(available)") { $0.member("funds", available) }
        }
    }
}

extension StartPaymentRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("order")
        case .wrongState(let state):
            Problem(.conflict, "wrong_state", "the order is \(state.name), and nothing more is to be paid for it") {
                $0.member("state", state.name)
            }
        case .open(let id):
            Problem(.conflict, "payment_open", "the outcome of \(id) is not known yet") { json in
                json.member("payment", id.description)
            }
        case .searching:
            Problem(
                .serviceUnavailable,
                "restore_search",
                "the shop was restored from a backup, and looks whether the order was paid before; try again soon",
                retryAfter: 15
            )
        case .tooManyAttempts(let limit):
            Problem(.conflict, "limit_reached", "an order has at most \(limit) attempts")
        case .choice(let refusal): refusal.problem(at: "")
        }
    }
}

extension PaymentRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("payment")
        case .wrongStatus(let status):
            Problem(.conflict, "wrong_state", "the payment is \(status.name)") { $0.member("state", status.name) }
        case .needed(let state):
            Problem(.conflict, "payment_needed", "the order is \(state.name)") { $0.member("state", state.name) }
        case .currencyMismatch(let currency):
            .invalid("/amount/currency", "currency_mismatch", "the payment is in \(currency.code)")
        case .notRepresentable(let step):
            .invalid("/amount/amount", "amount_not_representable", "the provider counts in steps of \(step)")
        case .capturesOnce:
            Problem(.conflict, "captures_once", "the provider takes what it holds in one piece; leave `final` out")
        case .tooMuch(let left):
            Problem(.conflict, "amount_exceeded", "\(left) is left for this") { $0.member("remaining", left) }
        }
    }
}

extension StoreCreditRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .customerNotFound: .notFound("customer")
        case .tooMuch(let room):
            .invalid(
                "/amount/amount",
                "out_of_range",
                """
                at most \(OrderLimits.maxAmount) minor units in all, with what orders were paid with and may give back: \(room) is left
                """
            )
        }
    }
}

extension Problem {
    /// No gift card has this code; counts as a failed proof, since codes may be guessed.
    fileprivate static func wrongCode(at pointer: String) -> Problem {
        var problem = Problem.invalid(pointer, "not_found", "there is no such gift card")
        problem.isFailedProof = true
        return problem
    }

    /// The outcome of a payment attempt is not known yet.
    static let paymentOpen = Problem(.conflict, "payment_open", "the outcome of an attempt to pay is not known yet")
}
