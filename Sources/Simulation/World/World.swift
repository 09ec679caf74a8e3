// What everybody in a run shares: the time, the dice, one ledger, and those who act on it. Nothing in here waits, and nothing happens
// at the same time as anything else: so a run follows from its seed alone.

import Ledger
import Trading

final class World {
    let options: SimulationOptions
    let time = VirtualTime()
    let engine = MemoryEngine()
    var dice: Dice
    var tally = SimulationReport.Tally()
    /// Whether calls, processes and answers go wrong at present.
    var areFaultsOn = false
    /// The first thing that must not be.
    private(set) var violation: Violation?
    /// What happened last, the newest at the end.
    private(set) var log: [String] = []
    /// Follows from everything that was committed, and when.
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

    /// By how much the clock of the machine is wrong, in milliseconds.
    private(set) var skew: Int64 = 0
    /// What the clock of the machine says; all processes read it.
    var clock: Timestamp { Timestamp(milliseconds: now.milliseconds + skew) }

    /// Puts the clock of the machine right, or wrong by so much, from one moment to the next.
    func setClock(wrongBy milliseconds: Int64) {
        guard milliseconds != skew else { return }
        tally.clockJumps += 1
        note("the clock jumps by \((milliseconds - skew) / 1000) s")
        skew = milliseconds
        wake()
    }

    /// Lets the clock jump from time to time, forward and back, by seconds, hours or a day, while things go wrong.
    func jumpSoon() {
        time.after(dice.number(30_000...300_000)) { [self] in
            guard areFaultsOn else { return }
            let reach = dice.pick([5_000, 90_000, 3_600_000, 86_400_000] as [Int64])
            setClock(wrongBy: dice.chance(200) ? 0 : dice.number(-reach...reach))
            jumpSoon()
        }
    }

    /// The provider of a name.
    func provider(_ name: String?) -> SimulatedPayments? {
        providers.first { $0.name == name }
    }

    /// Lets occurrences happen until `end`, or until something is found that must not be.
    func run(until end: Timestamp) {
        while violation == nil, time.advance(before: end) {
            tally.steps += 1
            if tally.steps > options.maxSteps { return fail(.ends, "the run goes on after \(tally.steps) steps") }
        }
    }

    /// After a commit, by whichever process: the invariants, and whoever has something to do.
    func committed() {
        tally.commits += 1
        fingerprint = (fingerprint ^ UInt64(bitPattern: now.milliseconds)) &* 0x0000_0100_0000_01B3
        fingerprint ^= UInt64(bitPattern: inspector.lastEvent)
        inspector.inspect(everything: tally.commits.isMultiple(of: 64))
        wake()
    }

    /// Tells every process when something is due next.
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

    /// Reads from the ledger as it is now; what cannot be read ends the run.
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

    /// Notes what happens, for whoever has to find out why.
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
