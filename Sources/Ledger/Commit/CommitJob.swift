/// A command that waits for its batch, with whoever waits for its answer.
package struct CommitJob: Sendable {
    /// What is told to whoever waits, once it is known whether the batch is durable.
    struct Completion: Sendable {
        /// Whether something is acknowledged, rather than refused.
        let acknowledges: Bool
        /// Answers.
        let answer: @Sendable (LedgerFailure?) -> Void
    }

    /// After which nobody waits for the answer any more.
    let deadline: ContinuousClock.Instant?
    /// Decides the command; what it gives answers once the batch is durable, or has failed.
    let decide: @Sendable (WorkingSet) -> Completion
    /// Answers without deciding.
    let fail: @Sendable (LedgerFailure) -> Void

    /// A command to decide.
    ///
    /// - Parameters:
    ///   - key: names the request; the same key with the same body gives the first outcome again.
    ///   - fence: a lease that must still be held.
    ///   - deadline: after which nobody waits for the answer any more.
    ///   - answer: called once, after the batch.
    package init<C: Command>(
        _ command: C,
        key: IdempotencyKey? = nil,
        fence: Fence? = nil,
        deadline: ContinuousClock.Instant? = nil,
        answer: @escaping @Sendable (Result<Committed<C.Outcome>, CommitError<C.Refusal>>) -> Void
    ) {
        self.deadline = deadline
        decide = { set in
            let decision = Self.decide(command, key: key, fence: fence, on: set)
            let answered = decision.map { Committed(outcome: $0, replayed: $1) }
            return Completion(acknowledges: (try? decision.get()) != nil) { failure in
                answer(failure.map { .failure(.failed($0)) } ?? answered)
            }
        }
        fail = { answer(.failure(.failed($0))) }
    }

    private static func decide<C: Command>(
        _ command: C,
        key: IdempotencyKey?,
        fence: Fence?,
        on set: WorkingSet
    ) -> Result<(C.Outcome, Bool), CommitError<C.Refusal>> {
        if let key, let record = set.idempotency.get(key.digest) {
            guard record.fingerprint == key.fingerprint else { return .failure(.keyReused) }
            let receipt = set.isErased(record.erasure?.person) ? record.erased.receipt : record.receipt
            do {
                try command.checkRecall(receipt, set)
            } catch {
                return .failure(.refused(error))
            }
            guard let outcome = command.recall(receipt, set) else {
                return .failure(.failed(LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "receipt")))
            }
            return .success((outcome, true))
        }
        if let fence, set.leases.get(fence.lease)?.epoch != fence.epoch {
            return .failure(.failed(LedgerFailure(.fenced, phase: .load, retry: .never, detail: fence.lease)))
        }
        set.mark(balancesUpTo: C.recordsFacts ? .max : BalanceRow.limit)
        do {
            let outcome = try command.decide(set)
            if let account = set.overflow {
                set.undo()
                return .failure(.booksFull(account))
            }
            if let key {
                set.idempotency.insert(
                    IdempotencyRow(
                        key: key.digest,
                        fingerprint: key.fingerprint,
                        at: set.now,
                        receipt: command.receipt(for: outcome),
                        erasure: command.erasure(of: outcome)
                    )
                )
            }
            return .success((outcome, false))
        } catch {
            set.undo()
            return .failure(.refused(error))
        }
    }
}
