// The course of every drill: a shop is opened and stocked, its peak is measured, customers arrive at half of it, a fault is
// injected while they continue, they leave, purchases with an unknown outcome are repeated with their keys, and the books are
// audited.

import Foundation
import Load
import SplitMix
import Time

/// A running drill.
final class DrillCourse {
    /// The shop of the drill.
    let shop: DrillShop
    let options: DrillOptions
    /// The peak that was measured, in operations a second.
    let peak: Double
    /// The customers.
    let customers: DrillCustomers
    /// The report.
    var report: DrillReport
    /// The operations of the customers, once they have left.
    private(set) var timeline = DrillTimeline([])
    /// When the calm figures end and the others begin, on the monotonic clock.
    private(set) var begun: Int64 = 0
    private(set) var ended: Int64 = 0
    private var calmFrom: Int64 = 0
    private var random: SplitMix64

    /// The requirements of a drill.
    struct Needs {
        var settings: [String] = []
        var arguments: [String] = []
        /// The directory of the shop; nil for one of its own.
        var directory: String?
        var manners = DrillCustomers.Manners()
        /// How often a customer tries again; nil for the front door's default.
        var retries: Int?
        /// The fewest and the most replicas, where they differ.
        var fleet: ClosedRange<Int>?
        /// Operations a second; nil for a share of the peak.
        var rate: Double?
        /// The share of the peak at which customers come.
        var share = 0.5
        /// How long the drill continues after the last fault.
        var after = 5.0
        /// Prepares the shop, after its peak was measured.
        var prepare: @Sendable (DrillShop) throws -> Void = { _ in }
    }

    /// Runs the course.
    ///
    /// - Parameters:
    ///   - drill: the drill's name.
    ///   - fault: injects the fault; customers are active throughout.
    ///   - afterwards: looks at the open shop once customers have left and its books are audited.
    ///   - judge: compares the figures with the drill's bounds.
    static func run(
        _ drill: String,
        _ options: DrillOptions,
        _ needs: Needs = Needs(),
        fault: (DrillCourse) async throws -> Void,
        afterwards: (DrillCourse, DrillRecord) async throws -> Void = { _, _ in },
        judge: (DrillCourse) -> Void
    ) async throws -> DrillReport {
        try await DrillShop.open(
            options,
            settings: needs.settings,
            arguments: needs.arguments,
            directory: needs.directory,
            fleet: needs.fleet
        ) { shop in
            let peak = try await DrillCourse.peak(of: shop, options, needs.manners)
            try needs.prepare(shop)
            let before = try await DrillAudit.orders(of: shop)
            let rate = needs.rate ?? options.rate ?? peak * needs.share
            var manners = needs.manners
            manners.retries = needs.retries ?? options.clientRetries
            // A customer who does not try again waits as long as HAProxy may need.
            if options.frontDoor == .haproxy { manners.patience = max(manners.patience, .seconds(10)) }
            let customers = try DrillCustomers(of: shop.url, at: rate, seed: options.seed, manners)
            let course = DrillCourse(drill, shop, options, peak: peak, rate: rate, customers)
            do {
                try await course.take(fault, after: needs.after)
            } catch {
                _ = await customers.leave()
                throw error
            }
            var record = await customers.leave()
            course.close(record)
            try await DrillAudit.settle(&record, at: shop.url)
            try await DrillAudit.audit(shop, record, ordersBefore: before, into: &course.report)
            try await afterwards(course, record)
            judge(course)
            course.report.checkTraffic()
            course.report.checkBooks()
            return course.report
        }
    }

    private init(
        _ drill: String,
        _ shop: DrillShop,
        _ options: DrillOptions,
        peak: Double,
        rate: Double,
        _ customers: DrillCustomers
    ) {
        self.shop = shop
        self.options = options
        self.peak = peak
        self.customers = customers
        random = SplitMix64(seed: options.seed &+ 77)
        report = DrillReport(drill, options)
        report.peak = peak
        report.rate = rate
    }

    /// Stocks a shop, and measures its peak with the customers' own mix: the least of several stretches, since a shared machine
    /// changes its speed.
    private static func peak(
        of shop: DrillShop,
        _ options: DrillOptions,
        _ manners: DrillCustomers.Manners
    ) async throws -> Double {
        var bench = BenchOptions(url: shop.url)
        bench.key = shop.key
        bench.prepare = true
        bench.skus = DrillCustomers.skus
        bench.load = BenchLoad(.mixed)
        bench.mix = manners.mix
        bench.connections = 64
        bench.warmup = .seconds(1)
        bench.duration = .seconds(options.isShort ? 2 : 5)
        var rates: [Double] = []
        for _ in 0..<(options.isShort ? 1 : 4) {
            if let rate = try await Bench.run(bench).result?.rate { rates.append(rate) }
            bench.prepare = false
        }
        guard let least = rates.min(), least > 0 else { throw DrillError("the peak could not be measured") }
        return least
    }

    private func take(_ fault: (DrillCourse) async throws -> Void, after: Double) async throws {
        // The first second opens connections and fills caches.
        try await Task.sleep(for: .seconds(1))
        let calm = BenchClock.now()
        try await Task.sleep(for: .seconds(options.calmSeconds))
        calmFrom = calm
        begun = BenchClock.now()
        try await fault(self)
        try await Task.sleep(for: .seconds(after))
        ended = BenchClock.now()
    }

    private func close(_ record: DrillRecord) {
        timeline = DrillTimeline(record.operations)
        report.before = timeline.stretch(from: calmFrom, to: begun)
        report.during = timeline.stretch(from: begun, to: ended)
        report.notes += timeline.stories(from: calmFrom, to: ended, most: 5)
        report.refusedConnections = record.refusedConnections
    }

    // MARK: What drills do

    /// A random serving replica.
    func victim() throws -> pid_t {
        let serving = try shop.status().serving
        guard let victim = serving.randomElement(using: &random) else { throw DrillError("no replica serves") }
        return victim.pid
    }

    /// The serving replica with the most connections.
    func busiest() throws -> pid_t {
        let serving = try shop.status().serving
        guard let busiest = serving.max(by: { ($0.descriptors ?? 0) < ($1.descriptors ?? 0) }) else {
            throw DrillError("no replica serves")
        }
        return busiest.pid
    }

    /// Records a fault that began at a moment, and waits until as many replicas serve as before, without the victim.
    func waitForReplacement(of victim: pid_t, since fault: Timestamp) async throws {
        try await shop.untilServing(options.replicas, besides: [victim])
        report.faults += 1
        report.recoverSeconds = max(report.recoverSeconds ?? 0, Double(fault.milliseconds(to: .now)) / 1000)
        // A tenth of a second of tolerance for the difference between two processes' clocks. A restraint on mere suspicion does
        // not count as detection yet.
        let decided = try shop.status().recoveries.filter { $0.action.contains("another one is started") }
            .compactMap(\.time).filter { $0 > fault.adding(milliseconds: -100) }.min()
        if let decided {
            report.detectSeconds = max(report.detectSeconds ?? 0, Double(fault.milliseconds(to: decided)) / 1000, 0)
        }
    }
}
