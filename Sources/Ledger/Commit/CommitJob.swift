import Trading

/// A command that waits for its batch, with its callback.
package struct CommitJob: Sendable {
    /// The callback of a decided command, called once it is known whether the batch is durable.
    struct Completion: Sendable {
        /// Whether it acknowledges an effect, in contrast to a refusal.
        let acknowledges: Bool
        /// Answers.
        let answer: @Sendable (LedgerFailure?) -> Void
    }

    /// Since when it waits.
    let since = ContinuousClock.now
    /// When the caller stops waiting.
    let deadline: ContinuousClock.Instant?
    /// Names the rows that the command will look at.
    let prefetch: @Sendable (WorkingSet) -> Void
    /// Names the rows that those lead to.
    let prefetchLinked: @Sendable (WorkingSet) -> Void
    /// Decides the command; the result answers it once the batch is durable, or has failed.
    let decide: @Sendable (WorkingSet) -> Completion
    /// Answers without deciding.
    let fail: @Sendable (LedgerFailure) -> Void

    /// A command to decide.
    ///
    /// - Parameters:
    ///   - fence: a lease that must still be held.
    ///   - deadline: when the caller stops waiting.
    ///   - answer: called once, after the batch.
    package init<C: Command>(
        _ command: C,
        fence: Fence? = nil,
        deadline: ContinuousClock.Instant? = nil,
        answer: @escaping @Sendable (CommitResult<C>) -> Void
    ) {
        self.init(command, record: nil, fence: fence, deadline: deadline, answer: answer) { set in
            Self.result(command, on: set).map { Committed(outcome: $0, replayed: false) }
        }
    }

    /// A command to decide once, however often its request is sent.
    ///
    /// - Parameter key: identifies the request; the same key with the same body gives the first outcome again.
    package init<C: IdempotentCommand>(
        _ command: C,
        key: IdempotencyKey?,
        fence: Fence? = nil,
        deadline: ContinuousClock.Instant? = nil,
        answer: @escaping @Sendable (CommitResult<C>) -> Void
    ) {
        guard let key else {
            self.init(command, fence: fence, deadline: deadline, answer: answer)
            return
        }
        self.init(command, record: key.digest, fence: fence, deadline: deadline, answer: answer) { set in
            if let earlier = Self.recall(command, key, on: set) { return earlier }
            let result = Self.result(command, on: set)
            if case .success(let outcome) = result {
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
            return result.map { Committed(outcome: $0, replayed: false) }
        }
    }

    private init<C: Command>(
        _ command: C,
        record: Bits128?,
        fence: Fence?,
        deadline: ContinuousClock.Instant?,
        answer: @escaping @Sendable (CommitResult<C>) -> Void,
        decide: @escaping @Sendable (WorkingSet) -> CommitResult<C>
    ) {
        self.deadline = deadline
        prefetch = { set in
            if let fence { set.leases.want(fence.lease) }
            if let record { set.idempotency.want(record) }
            command.prefetch(set)
        }
        prefetchLinked = { command.prefetchLinked($0) }
        self.decide = { set in
            let decision = Self.checked(fence, on: set).map { .failure(.failed($0)) } ?? decide(set)
            return Completion(acknowledges: (try? decision.get()) != nil) { failure in
                answer(failure.map { .failure(.failed($0)) } ?? decision)
            }
        }
        fail = { answer(.failure(.failed($0))) }
    }

    /// The outcome of an earlier request with the key; nil where there was none.
    private static func recall<C: IdempotentCommand>(
        _ command: C,
        _ key: IdempotencyKey,
        on set: WorkingSet
    ) -> CommitResult<C>? {
        guard let record = set.idempotency.get(key.digest) else { return nil }
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
        return .success(Committed(outcome: outcome, replayed: true))
    }

    /// The failure if the lease is not held any more.
    private static func checked(_ fence: Fence?, on set: WorkingSet) -> LedgerFailure? {
        guard let fence, set.leases.get(fence.lease)?.epoch != fence.epoch else { return nil }
        return LedgerFailure(.fenced, phase: .load, retry: .never, detail: fence.lease)
    }

    /// Decides; the changes of a refused command are undone.
    private static func result<C: Command>(
        _ command: C,
        on set: WorkingSet
    ) -> Result<C.Outcome, CommitError<C.Refusal>> {
        set.mark(balancesUpTo: C.recordsFacts ? .max : BalanceRow.limit)
        do {
            let outcome = try command.decide(set)
            guard let account = set.overflow else { return .success(outcome) }
            set.undo()
            return .failure(.booksFull(account))
        } catch {
            set.undo()
            return .failure(.refused(error))
        }
    }
}
