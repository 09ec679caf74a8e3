// The shared state of a run: the time, the random numbers, one ledger, and its users. Everything runs on one thread without
// waiting, so a run depends on its seed alone.

import Ledger
import Trading

final class World {
    let options: SimulationOptions
    let time = VirtualTime()
    let engine = MemoryEngine()
    var dice: Dice
    var tally = SimulationReport.Tally()
    /// Whether calls, processes and answers may fail at present.
    var areFaultsOn = false
    /// The first violation.
    private(set) var violation: Violation?
    /// The last log lines, the newest at the end.
    private(set) var log: [String] = []
    /// Depends on every commit and its time.
    private(set) var fingerprint: UInt64 = 0
    let claims = ClaimModel()

    private(set) lazy var providers = ["first", "second"].map { SimulatedPayments($0, world: self) }
    private(set) lazy var carrier = SimulatedCarrier(world: self)
    private(set) lazy var processes = (1...options.processes).map { SimulatedProcess("p\($0)", world: self) }
    private(set) lazy var inspector = Inspector(world: self)
    private(set) lazy var customers = Customers(world: self)

    private static let logLines = 60

    init(_ options: SimulationOptions) {
        self.options = options
        dice = Dice(seed: options.seed)
    }

    var now: Timestamp { time.now }

    /// The error of the machine's clock, in milliseconds.
    private(set) var skew: Int64 = 0
    /// The time of the machine's clock, which all processes read.
    var clock: Timestamp { now.adding(milliseconds: skew) }

    /// Sets the error of the machine's clock.
    func setClock(wrongBy milliseconds: Int64) {
        guard milliseconds != skew else { return }
        tally.clockJumps += 1
        note("the clock jumps by \((milliseconds - skew) / 1000) s")
        skew = milliseconds
        wake()
    }

    /// Lets the clock jump from time to time, forward and back, by seconds, hours or a day, while faults are on.
    func jumpSoon() {
        time.after(dice.number(30_000...300_000)) { [self] in
            guard areFaultsOn else { return }
            let reach = dice.pick([5_000, 90_000, 3_600_000, 86_400_000] as [Int64])
            setClock(wrongBy: dice.chance(200) ? 0 : dice.number(-reach...reach))
            jumpSoon()
        }
    }

    /// The provider with a name.
    func provider(_ name: String?) -> SimulatedPayments? {
        providers.first { $0.name == name }
    }

    /// Runs planned actions until `end`, or until a violation.
    func run(until end: Timestamp) {
        while violation == nil, time.advance(before: end) {
            tally.steps += 1
            if tally.steps > options.maxSteps { return fail(.ends, "the run goes on after \(tally.steps) steps") }
        }
    }

    /// Called after a commit by any process: checks the invariants, and wakes waiting work.
    func committed() {
        tally.commits += 1
        fingerprint = (fingerprint ^ UInt64(bitPattern: now.milliseconds)) &* 0x0000_0100_0000_01B3
        fingerprint ^= UInt64(bitPattern: inspector.lastEvent)
        inspector.inspect(everything: tally.commits.isMultiple(of: 64))
        wake()
    }

    /// Tells every process when the next work is due.
    func wake() {
        guard let next = nextDue else { return }
        for process in processes { process.wake(at: next) }
    }

    /// When a payment, a task or the end of a reservation is due next.
    var nextDue: Timestamp? {
        let due = [
            engine.earliest("due", in: PaymentRow.schema), engine.earliest("due", in: TaskRow.schema),
            engine.earliest("reserved_until", in: OrderRow.schema),
        ]
        return due.compactMap(\.self).min().map { Timestamp(milliseconds: $0) }
    }

    // MARK: Reading

    /// Reads from the ledger as it is now; a failed read ends the run.
    func read<Value>(_ fallback: Value, _ body: (any LedgerView) throws(LedgerFailure) -> Value) -> Value {
        do throws(LedgerFailure) {
            return try body(engine.view())
        } catch {
            fail(.readable, String(reflecting: error))
            return fallback
        }
    }

    func row<R: LedgerRow>(_ type: R.Type, _ key: R.Key) -> R? {
        read(nil) { (view) throws(LedgerFailure) in try view.row(type, key) }
    }

    func rows<R: LedgerRow>(_ type: R.Type, after key: R.Key? = nil) -> [R] {
        read([]) { (view) throws(LedgerFailure) in try view.rows(RowQuery<R>(after: key, limit: .max)) }
    }

    // MARK: Telling

    /// Adds a line to the log.
    func note(_ line: @autoclosure () -> String) {
        if log.count >= 2 * Self.logLines { log.removeFirst(Self.logLines) }
        log.append("\(tally.steps) +\(time.seconds)s \(line())")
    }

    func expect(_ holds: Bool, _ rule: Invariant, _ detail: @autoclosure () -> String) {
        if !holds { fail(rule, detail()) }
    }

    func fail(_ rule: Invariant, _ detail: String) {
        guard violation == nil else { return }
        violation = Violation(rule: rule, detail: detail, step: tally.steps, log: log.suffix(Self.logLines))
    }
}
