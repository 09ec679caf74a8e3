import Foundation
import Load
import Synchronization

/// Customers of a shop: open arrivals at a changeable rate, on a thread of their own.
///
/// Arrivals do not depend on the shop's answers, and latencies count from the intended start.
final class DrillCustomers: Sendable {
    /// The behaviour of customers.
    struct Manners: Sendable {
        /// Connections; each carries one request at a time.
        var connections = 96
        /// Requests after which a customer disconnects and another connects.
        var turnover = 50
        /// How often a customer tries again, with the same key and on another connection.
        var retries = 1
        /// How long a customer waits for an answer.
        var patience = Duration.seconds(3)
        /// Whether a refusal because of stock (409) counts as a proper answer.
        var takesNoForAnAnswer = false
        /// The shares of browsing and buying.
        var mix = BenchMix(browse: 1, quote: 0, checkout: 1)
        /// How arrivals are spaced.
        var arrivals = BenchArrivals.poisson
        /// How orders are paid.
        var payment = BenchLoad.Payment.manual
        /// The share of purchases of one product.
        var hot: BenchHotSKU?
    }

    /// The state shared by the thread and its owner.
    private struct State {
        var record: DrillRecord?
        var waiting: CheckedContinuation<DrillRecord, Never>?
    }

    private let rateBits: Atomic<UInt64>
    private let stopped = Atomic<Bool>(false)
    private let state = Mutex(State())

    /// Products of a drill's shop.
    static let skus = 500

    /// Starts the customers' thread.
    init(
        of url: String,
        at rate: Double,
        seed: UInt64,
        _ manners: Manners
    ) throws(BenchError) {
        rateBits = Atomic(rate.bitPattern)
        let target = try BenchTarget(url: url, allowRemote: false)
        var load = BenchLoad(.mixed, payment: manners.payment)
        load.isHot = manners.hot != nil
        let plan = RequestPlan(
            work: .load(load),
            authority: target.authority,
            key: nil,
            skus: BenchSKUs(count: Self.skus),
            hot: manners.hot ?? BenchHotSKU(),
            mix: manners.mix,
            seed: seed,
            runID: String(UInt64.random(in: 0...UInt64.max) | 1 << 63, radix: 16)
        )
        Thread.detachNewThread { [self] in
            let record = DrillWorker(target, plan, manners, self).work()
            let waiting = state.withLock { state in
                state.record = record
                return state.waiting
            }
            waiting?.resume(returning: record)
        }
    }

    /// Operations a second.
    var rate: Double {
        get { Double(bitPattern: rateBits.load(ordering: .relaxed)) }
        set { rateBits.store(newValue.bitPattern, ordering: .relaxed) }
    }

    /// Whether no more customers arrive.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Stops arrivals, and waits until all customers were served or gave up.
    func leave() async -> DrillRecord {
        stopped.store(true, ordering: .relaxed)
        return await withCheckedContinuation { continuation in
            let record = state.withLock { state in
                if state.record == nil { state.waiting = continuation }
                return state.record
            }
            if let record { continuation.resume(returning: record) }
        }
    }
}
