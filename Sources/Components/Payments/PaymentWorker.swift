// Makes the calls to payment providers. The rules decide: a claim returns the call, and the record decides what its answer
// changes. Each provider has a worker of its own, with its own limit of concurrent calls, so a slow provider delays only its own
// payments.

import API
import Ledger
import Logging
import Providers
import ServiceLifecycle
import Synchronization
import Trading

/// Makes the calls to one payment provider.
final class PaymentWorker: Worker {
    /// `payments-` and the provider's name.
    let name: String
    private let shop: Shop
    private let provider: any PaymentProvider
    private let logger: Logger
    /// Calls in progress.
    private let underWay = Mutex(0)
    /// Wakes the worker when there may be work for this provider.
    private let bell = Bell()

    init(shop: Shop, provider: any PaymentProvider, logger: Logger) {
        name = "payments-\(provider.name)"
        self.shop = shop
        self.provider = provider
        self.logger = logger
    }

    private var bounds: PaymentBounds { shop.payments.bounds }

    /// The number of calls in progress.
    var callsUnderWay: Int { underWay.withLock { $0 } }

    /// Looks for work whenever a payment begins, a call ends, or the interval is over; at shutdown the calls in progress are
    /// finished, each within its deadline.
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
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: self.bounds.interval)
            }
        }
    }

    /// Claims due payments, up to the number of free places; not before a quarter of the places is free, so that one commit
    /// claims several.
    ///
    /// Cost: one read, and a patient command if any payment is due.
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

    /// Makes the call of a claim, and records its outcome in a patient command; returns whether it was recorded.
    ///
    /// If recording fails, the claim lapses, and the same key is sent again: nothing is lost and nothing is doubled.
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
