// Translates a step of a payment's saga into a call, and the answer into the terms of the rules.

import Trading

extension PaymentRequest {
    /// The request that sends an operation of a payment.
    public init(_ payment: Payment, operation index: Int) {
        let operation = payment.operations[index]
        let action: Action
        switch operation.kind {
        case .authorise: action = .authorise(token: payment.token ?? "", captureAtOnce: payment.capture == .atOnce)
        case .capture: action = .capture(isFinal: operation.isFinal)
        case .refund: action = .refund
        case .void: action = .void
        }
        self.init(
            action,
            key: operation.key,
            payment: payment.id.description,
            reference: payment.reference,
            amount: Money(operation.amount, payment.amount.currency),
            metadata: ["order": payment.order.description]
        )
    }
}

/// The outcome of a call for a payment, and when the provider may be asked again.
public struct PaymentKnowledge: Hashable, Sendable {
    /// The outcome.
    public var outcome: PaymentOutcome
    /// The wait that the provider asked for, in seconds; 0 where it did not.
    public var retryAfterSeconds: Int64

    /// An outcome.
    public init(_ outcome: PaymentOutcome, retryAfterSeconds: Int64 = 0) {
        self.outcome = outcome
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The outcome of an operation by its answer.
    ///
    /// A receipt for another amount than the requested one is not accepted: the outcome is unknown, and is looked up.
    public init(_ answer: ProviderAnswer<PaymentReceipt>, to request: PaymentRequest) {
        switch answer {
        case .done(let receipt):
            guard receipt.amount == request.amount else {
                self.init(.unknown(code: "nonsense"))
                return
            }
            // A fee in another currency belongs in the provider's statement, not beside this amount.
            let fee = receipt.fee.flatMap { $0.currency == request.amount.currency ? $0.amount : nil } ?? 0
            let proof = PaymentProof(reference: receipt.reference, action: receipt.action, fee: max(fee, 0))
            self.init(receipt.isPending ? .takenOn(proof) : .done(proof))
        case .refused(let refusal):
            self.init(.refused(code: refusal.code, detail: ProviderWords.clean(refusal.detail)))
        case .notDone(let trouble): self.init(.notDone(code: trouble.code, detail: trouble.told), trouble)
        case .unknown(let trouble): self.init(.unknown(code: trouble.code, detail: trouble.told), trouble)
        }
    }

    /// The outcome of a look-up.
    public init(_ answer: ProviderAnswer<ProviderCharge?>) {
        switch answer {
        case .done(let charge): self.init(.found(charge.map(FoundCharge.init)))
        case .refused(let refusal): self.init(.unknown(code: refusal.code))
        case .notDone(let trouble), .unknown(let trouble):
            self.init(.unknown(code: trouble.code, detail: trouble.told), trouble)
        }
    }

    private init(_ outcome: PaymentOutcome, _ trouble: ProviderTrouble) {
        self.init(outcome, retryAfterSeconds: trouble.retryAfter.map { $0.components.seconds } ?? 0)
    }
}

extension FoundCharge {
    /// A charge of a provider's books, in the terms of the rules.
    public init(_ charge: ProviderCharge) {
        let state: State
        switch charge.state {
        case .pending: state = .pending
        case .authorised: state = .held
        case .captured: state = .taken
        case .declined: state = .declined
        case .voided: state = .gone
        }
        self.init(
            reference: charge.reference,
            state: state,
            held: charge.held.amount,
            captured: charge.captured.amount,
            refunds: charge.refunds.map(FoundRefund.init),
            // A fee in another currency belongs in the provider's statement, not beside these amounts.
            fees: charge.fee.currency == charge.captured.currency ? charge.fee.amount : 0,
            disputed: charge.disputed.currency == charge.captured.currency ? charge.disputed.amount : 0
        )
    }
}

extension FoundRefund {
    /// A refund of a provider's books, in the terms of the rules.
    public init(_ refund: ProviderRefund) {
        let state: State
        switch refund.state {
        case .pending: state = .pending
        case .succeeded: state = .done
        case .failed: state = .failed
        }
        self.init(id: refund.id, key: refund.key, amount: refund.amount.amount, state: state)
    }
}

extension ProviderTrouble {
    /// The provider's own text, safe to store and show; nil where there is none.
    fileprivate var told: String? { words.flatMap(ProviderWords.clean) }
}

extension PaymentProvider {
    /// Makes the call of a step, bounded in time by `deadline`; runs in the calling task.
    ///
    /// Cost: one call for an operation; a look-up may take several.
    public func carryOut(
        _ step: PaymentStep,
        of payment: Payment,
        deadline: ContinuousClock.Instant
    ) async -> PaymentKnowledge {
        switch step {
        case .send(let index):
            let request = PaymentRequest(payment, operation: index)
            return PaymentKnowledge(await perform(request, deadline: deadline), to: request)
        case .find, .look:
            return PaymentKnowledge(
                await find(payment: payment.id.description, reference: payment.reference, deadline: deadline)
            )
        }
    }
}
