// Makes the calls that payments need. What to call, and what an answer means, is decided elsewhere: a claim says the one, the record
// decides the other. Each provider has a worker of its own, with its own bound on calls under way, so that a provider that is slow
// delays nobody but itself.

import API
import Ledger
import Logging
import Providers
import ServiceLifecycle
import Synchronization
import Trading

/// Makes the calls that payments need from one provider.
final class PaymentWorker: Worker {
    /// `payments-` and the provider's name.
    let name: String
    private let shop: Shop
    private let provider: any PaymentProvider
    private let logger: Logger
    /// Calls under way.
    private let underWay = Mutex(0)
    /// Rings when there may be something to do for this provider.
    private let bell = Bell()

    init(shop: Shop, provider: any PaymentProvider, logger: Logger) {
        name = "payments-\(provider.name)"
        self.shop = shop
        self.provider = provider
        self.logger = logger
    }

    private var bounds: PaymentBounds { shop.payments.bounds }

    /// How many calls are under way.
    var callsUnderWay: Int { underWay.withLock { $0 } }

    /// Looks for work whenever a payment begins, a call ends, or the interval is over; calls that are under way at the end are
    /// finished within their deadline.
    func run(_ status: WorkerStatus) async throws {
        let rings = bell.listen()
        let begun = shop.payments.bell.listen()
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in begun.cancelOnGracefulShutdown() { self.bell.ring() } }
            group.addTask { await self.tick() }
            for await _ in rings.cancelOnGracefulShutdown() {
                for claim in await claimDue(status) {
                    underWay.withLock { $0 += 1 }
                    status.taskStarted()
                    group.addTask {
                        let isRecorded = await self.work(claim)
                        self.underWay.withLock { $0 -= 1 }
                        status.taskEnded(failed: !isRecorded)
                        self.bell.ring()
                    }
                }
            }
        }
    }

    private func tick() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                self.bell.ring()
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: self.bounds.interval)
            }
        }
    }

    /// Claims what is due, as much as there is room for; a few free places are left to gather, so that one commit claims several.
    private func claimDue(_ status: WorkerStatus) async -> [PaymentClaim] {
        let free = bounds.callsMax - callsUnderWay
        guard free > 0, free >= bounds.callsMax / 4 || free == bounds.callsMax else { return [] }
        let name = provider.name
        do {
            let due = try await shop.ledger.read { (view) throws(LedgerFailure) in
                try view.duePayments(name, .now, limit: free).map(\.key)
            }
            let claims =
                due.isEmpty
                ? []
                : try await shop.committer.submit(ClaimPayments(due, seconds: bounds.claimSeconds), isPatient: true)
                    .outcome
            status.succeeded()
            return claims
        } catch {
            logger.warning("payments at \(name): \(String(reflecting: error))")
            return []
        }
    }

    /// Makes the call of a claim, and records what is known then; whether it was recorded.
    ///
    /// Where recording fails the claim lapses, and the same key is sent again: nothing is lost and nothing is doubled.
    func work(_ claim: PaymentClaim) async -> Bool {
        let started = ContinuousClock.now
        let known = await provider.carryOut(
            claim.step,
            of: claim.payment,
            deadline: started + bounds.callTime
        )
        shop.payments.metrics.record(known.outcome, by: provider.name, seconds: started.duration(to: .now).seconds)
        let record = RecordPayment(
            claim.payment.id,
            operation: claim.step.operation,
            known.outcome,
            epoch: claim.epoch,
            retryAfterSeconds: known.retryAfterSeconds,
            routing: shop.payments.terms.routing
        )
        do throws(CommitError<TaskRefusal>) {
            _ = try await shop.committer.submit(record, isPatient: true)
            return true
        } catch {
            switch error {
            case .refused(.lapsed): logger.info("\(claim.payment.id): another worker has it")
            case .keyReused: preconditionFailure("a record has no key")
            case .booksFull(let key):
                logger.error(
                    "\(claim.payment.id): \(key.account.name) in \(key.currency.code) cannot be counted further"
                )
            case .failed(let failure): logger.warning("\(claim.payment.id): \(String(reflecting: failure))")
            }
            return false
        }
    }
}
