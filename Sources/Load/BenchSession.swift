import Time

// A bench runs in steps: measure the disk, create products and stock, learn ETags, then the load, or each load of a comparison in
// turn, round after round, so that a slow minute of the machine affects all of them. All steps block, and so run on threads of
// their own, away from the cooperative pool.

/// One run of the command, on a thread that may block.
struct BenchSession {
    private let options: BenchOptions
    private let control: BenchControl
    private let progress: (@Sendable (Bench.Progress) -> Void)?
    private let target: BenchTarget
    private let plan: RequestPlan

    /// Resolves the server.
    ///
    /// Throws `BenchError`.
    init(
        _ options: BenchOptions,
        control: BenchControl,
        progress: (@Sendable (Bench.Progress) -> Void)?
    ) throws(BenchError) {
        self.options = options
        self.control = control
        self.progress = progress
        target = try BenchTarget(url: options.url, allowRemote: options.allowRemote)
        var system = SystemRandomNumberGenerator()
        plan = RequestPlan(
            work: .load(options.load),
            authority: target.authority,
            key: options.key,
            skus: BenchSKUs(count: options.skus),
            hot: options.hot ?? BenchHotSKU(),
            mix: options.mix,
            seed: options.seed,
            runID: String(system.next() | 1 << 63, radix: 16)
        )
    }

    /// Does all steps.
    ///
    /// Throws `BenchError`.
    func run() throws -> BenchReport {
        let fsync = try options.fsyncProbe.map { folder in try FsyncProbe.measure(in: folder) }
        let journal = try options.journal.map { path in try BenchJournal(path: path) }
        if options.prepare { try prepare() }
        var plan = plan
        if loads.contains(where: { $0.kind == .browse304 }) { try learnETags(&plan) }

        var report = emptyReport
        report.fsync = fsync
        var journalled = 0
        if options.compare.isEmpty {
            let (tally, elapsed) = try run(loads[0], plan: plan, journal: journal)
            journalled = tally.journalled
            report.result = BenchResult(
                load: loads[0],
                pace: options.pace,
                tally: tally,
                measured: Double(tally.measuredTime) / 1e9,
                elapsed: elapsed,
                percentiles: options.percentiles
            )
        } else {
            report.compared = try compare(plan: plan, journal: journal, journalled: &journalled)
        }
        try journal?.finish()
        if journal != nil { report.journalled = journalled }
        report.interrupted = control.isStopped
        return report
    }

    private var loads: [BenchLoad] {
        guard options.compare.isEmpty else { return options.compare }
        var load = options.load
        load.isHot = load.isHot || options.hot != nil
        return [load]
    }

    private var emptyReport: BenchReport {
        var arrivals: BenchArrivals?
        if case .open(_, let spacing) = options.pace { arrivals = spacing }
        let isHot = loads.contains { $0.isHot }
        return BenchReport(
            url: options.url,
            connections: options.connections,
            threads: options.threads,
            warmupSeconds: options.warmup.seconds,
            durationSeconds: options.duration.seconds,
            arrivals: arrivals,
            seed: options.seed,
            skus: options.skus,
            hot: isHot ? "\(plan.hot.sku ?? plan.skus.name(0)):\(plan.hot.fraction)" : nil,
            result: nil,
            compared: [],
            interrupted: false
        )
    }

    // MARK: Before the load

    private func prepare() throws(BenchError) {
        let preparation = BenchPreparation(target: target, skus: plan.skus, hot: plan.hot, key: options.key ?? "")
        try preparation.putProducts(control)
        _ = try pass(.stock, phase: "preparing stock")
    }

    private func learnETags(_ plan: inout RequestPlan) throws(BenchError) {
        let learned = try pass(.prime, phase: "learning ETags").etags
        plan.etags = (0..<plan.skus.count).map { learned[$0] ?? [] }
        plan.hotETag = plan.etags[0]
        if let sku = plan.hot.sku, loads.contains(where: { $0.isHot }) {
            plan.hotETag = try BenchExchange(target: target).send("GET", "/v1/products/\(sku)").etag
        }
        guard control.isStopped || !plan.etags.contains([]) && !plan.hotETag.isEmpty else {
            throw .preparation("a product has no ETag")
        }
    }

    /// One request for each generated SKU, all of which must be answered as expected.
    private func pass(_ work: RequestPlan.Work, phase: String) throws(BenchError) -> BenchTally {
        var plan = plan
        plan.work = work
        let worker = BenchWorker(
            run: BenchRun(
                target: target,
                plan: plan,
                pace: .closed,
                warmup: .zero,
                duration: .seconds(3_600),
                timeout: .seconds(30),
                requestsMax: plan.skus.count,
                progress: relay(phase),
                control: control
            ),
            number: 0,
            of: 1,
            connections: min(64, max(1, options.connections))
        )
        let tally = worker.work()
        guard tally.connected || control.isStopped else { throw .unreachable(target.authority) }
        let failed = tally.failures.values.reduce(0, +) + Int(tally.otherLatencies.totalCount)
        guard failed == 0 || control.isStopped else {
            throw .preparation("\(phase): \(failed) of \(plan.skus.count) failed; \(tally.firstRefusal ?? "no answer")")
        }
        return tally
    }

    private func relay(_ phase: String) -> (@Sendable (Int, Int) -> Void)? {
        guard let progress else { return nil }
        let total = BenchProgressCount()
        return { answers, failures in progress(total.add(phase, answers: answers, failures: failures)) }
    }

    // MARK: The load

    /// Runs one load on all threads; the counts and the seconds that it took.
    private func run(
        _ load: BenchLoad,
        plan: RequestPlan,
        journal: BenchJournal?
    ) throws(BenchError) -> (tally: BenchTally, elapsed: Double) {
        var plan = plan
        plan.work = .load(load)
        let run = BenchRun(
            target: target,
            plan: plan,
            pace: options.compare.isEmpty ? options.pace : .closed,
            warmup: options.warmup,
            duration: options.duration,
            timeout: options.timeout,
            requestsMax: options.requestsMax ?? .max,
            journal: journal,
            progress: relay(load.description),
            control: control
        )
        let start = BenchClock.now()
        let tally = BenchCrew(run: run, threads: options.threads, connections: options.connections).work()
        guard tally.connected || control.isStopped else { throw .unreachable(target.authority) }
        return (tally, Double(BenchClock.now() - start) / 1e9)
    }

    private func compare(
        plan: RequestPlan,
        journal: BenchJournal?,
        journalled: inout Int
    ) throws(BenchError) -> [BenchCompared] {
        var tallies = Array(repeating: BenchTally(), count: loads.count)
        var elapsed = Array(repeating: 0.0, count: loads.count)
        var measured = Array(repeating: 0.0, count: loads.count)
        var rates = Array(repeating: [Double](), count: loads.count)
        for round in 0..<options.rounds where !control.isStopped {
            for (index, load) in loads.enumerated() where !control.isStopped {
                var plan = plan
                // Keys must differ from round to round; otherwise orders would be replays.
                plan.runID += "-\(round)-\(index)"
                plan.seed &+= UInt64(round)
                let (tally, seconds) = try run(load, plan: plan, journal: journal)
                tallies[index].add(tally)
                elapsed[index] += seconds
                let window = Double(tally.measuredTime) / 1e9
                measured[index] += window
                if window > 0 { rates[index].append(Double(tally.answeredInWindow) / window) }
            }
        }
        journalled = tallies.reduce(0) { $0 + $1.journalled }
        return BenchComparison(rates: rates).entries.enumerated().map { index, entry in
            BenchCompared(
                result: BenchResult(
                    load: loads[index],
                    pace: .closed,
                    tally: tallies[index],
                    measured: measured[index],
                    elapsed: elapsed[index],
                    percentiles: options.percentiles
                ),
                rates: rates[index],
                medianRate: entry.median,
                ratio: entry.ratio,
                ratioMin: entry.ratioMin,
                ratioMax: entry.ratioMax
            )
        }
    }
}
