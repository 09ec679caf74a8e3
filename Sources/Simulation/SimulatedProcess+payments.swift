// The payment worker: claim, call, record. The rules decide which call to make and what its answer changes.

import Ledger
import Providers
import Trading

extension SimulatedProcess {
    static let routing = PaymentRouting([
        PaymentRoute("first", vault: "shared"), PaymentRoute("second", vault: "shared"),
    ])
    /// How long a claim is valid, in seconds; as in the worker's own settings.
    private static let claimSeconds: Int64 = 30

    func lookForPayments() {
        let now = world.clock
        for provider in world.providers {
            let due = world.read([]) { (view) throws(LedgerFailure) in
                try view.duePayments(provider.name, now, limit: 4).map(\.key)
            }
            guard !due.isEmpty else { continue }
            var claims: [(PaymentClaim, Claim)] = []
            submit(
                ClaimPayments(due, seconds: Self.claimSeconds),
                seen: { [world] result in
                    guard case .success(let committed) = result else { return }
                    claims = committed.outcome.map { found in
                        let subject = Claim.Subject(kind: nil, id: found.payment.id.bits)
                        return (found, world.claims.claimed(subject, epoch: found.epoch))
                    }
                },
                answer: { [self] _ in
                    for (found, claim) in claims { step { [self] in carryOut(found, claim, provider) } }
                }
            )
        }
    }

    private func carryOut(_ found: PaymentClaim, _ claim: Claim, _ provider: SimulatedPayments) {
        switch found.step {
        case .send(let index):
            let request = request(found.payment, index)
            world.call(isDown: provider.isDown) {
                provider.perform(request)
            } answer: { [self] answer in
                step { [self] in settle(found, claim, PaymentKnowledge(answer, to: request)) }
            }
        case .find, .look:
            world.call(isDown: provider.isDown) {
                provider.find(payment: found.payment.id.description)
            } answer: { [self] answer in
                step { [self] in settle(found, claim, PaymentKnowledge(answer)) }
            }
        }
    }

    private func request(_ payment: Payment, _ index: Int) -> PaymentRequest {
        var request = PaymentRequest(payment, operation: index)
        let operation = payment.operations[index]
        if world.options.bug == .secondAttempt, operation.kind == .authorise, operation.unresolved > 1 {
            request.key += "-again-\(operation.tries)"
        }
        return request
    }

    private func settle(_ found: PaymentClaim, _ claim: Claim, _ known: PaymentKnowledge) {
        let command = RecordPayment(
            found.payment.id,
            operation: found.step.operation,
            known.outcome,
            epoch: epoch(of: claim),
            retryAfterSeconds: known.retryAfterSeconds,
            routing: Self.routing
        )
        record(command, under: claim)
    }
}
