// A whole shop in virtual time: the rules, commands, batches and workers' steps are the real ones; the network, the processes,
// the providers and the people are simulated. Time is simulated, the ledger's promises are not.

import Ledger
import Trading

/// Runs shops by seed.
public enum Simulator {
    /// How long faults are on, in seconds.
    static let faultSeconds: Int64 = 2400
    /// After how long all work must be finished, in seconds.
    static let endSeconds: Int64 = 3 * 86_400

    /// Runs one shop to its end, or to the first violation.
    ///
    /// Runs on the calling thread.
    public static func run(_ options: SimulationOptions) -> SimulationReport {
        let world = World(options)
        for process in world.processes { process.start() }
        world.customers.open()
        world.run(until: VirtualTime.start.adding(seconds: 5))
        world.areFaultsOn = true
        world.customers.begin()
        if options.clockJumps { world.jumpSoon() }
        world.run(until: VirtualTime.start.adding(seconds: faultSeconds))
        world.areFaultsOn = false
        world.setClock(wrongBy: 0)
        world.note("nothing goes wrong any more")
        for process in world.processes { process.recover() }
        world.customers.finish()
        world.run(until: VirtualTime.start.adding(seconds: endSeconds))
        if world.violation == nil { world.inspector.inspectEnd() }
        world.time.stop()
        return SimulationReport(
            options: options,
            tally: world.tally,
            seconds: world.time.seconds,
            fingerprint: world.fingerprint,
            digest: world.engine.digest,
            violation: world.violation
        )
    }

    /// Runs shops of several seeds, as many at once as there are processors; reported in no particular order.
    ///
    /// - Parameter found: called after each run; false ends all of them.
    public static func run(
        _ seeds: some Sequence<UInt64> & Sendable,
        width: Int,
        options: @escaping @Sendable (UInt64) -> SimulationOptions = { SimulationOptions(seed: $0) },
        found: (SimulationReport) -> Bool
    ) async {
        await withTaskGroup(of: SimulationReport.self) { group in
            var rest = seeds.makeIterator()
            func startNext() {
                guard let seed = rest.next() else { return }
                group.addTask { run(options(seed)) }
            }
            for _ in 0..<max(width, 1) { startNext() }
            for await report in group {
                guard found(report) else { return group.cancelAll() }
                startNext()
            }
        }
    }
}
