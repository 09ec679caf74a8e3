import Foundation
import Load
import Synchronization

/// Customers of a shop: open arrivals at a rate that can be changed, on a thread of their own.
///
/// They come when they come, whether the shop answers or not, and what they wait counts from the moment at which they wanted something.
final class DrillCustomers: Sendable {
    /// How customers behave.
    struct Manners: Sendable {
        /// Connections; each carries one request at a time.
        var connections = 96
        /// Requests after which a customer leaves and another comes, on a connection of their own.
        var turnover = 50
        /// How often one tries again, with the same key and on another connection.
        var retries = 1
        /// How long one waits for an answer before that counts as none.
        var patience = Duration.seconds(3)
        /// Whether being told that something is sold out (409) is as good an answer as any.
        var takesNoForAnAnswer = false
        /// What is wanted: browsing and buying in these shares.
        var mix = BenchMix(browse: 1, quote: 0, checkout: 1)
        /// How arrivals are spaced.
        var arrivals = BenchArrivals.poisson
        /// How orders are paid.
        var payment = BenchLoad.Payment.manual
        /// The share of purchases of one product.
        var hot: BenchHotSKU?
    }

    /// What a thread and its owner share.
    private struct State {
        var record: DrillRecord?
        var waiting: CheckedContinuation<DrillRecord, Never>?
    }

    private let rateBits: Atomic<UInt64>
    private let stopped = Atomic<Bool>(false)
    private let state = Mutex(State())

    /// Products of a drill's shop.
    static let skus = 500

    /// Lets customers come.
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

    /// Whether nobody comes any more.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Lets nobody come any more, and waits until everybody was served or gave up.
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
