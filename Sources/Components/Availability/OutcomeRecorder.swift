// Writes down how requests ended, every ten seconds, so that the figures outlive the process. Every process counts its own requests, whatever
// components it runs, and the ledger adds them up. A crash loses what was not written yet: the bucket that was under way, and the one before
// it for the second after its end.

import API
import Availability
import Ledger
import Logging
import ServiceLifecycle
import Synchronization
import Trading

/// Keeps the ledger's counts of requests up to date, and a few gauges with them.
struct OutcomeRecorder: Worker {
    let name = "outcomes"
    private let ledger: any LedgerEngine
    private let committer: Committer
    private let inputs: AvailabilityInputs
    private let logger: Logger
    private let state: RecorderState

    /// How long after a bucket's end it is taken, so that requests which looked at the clock in it are counted.
    static let grace: Int64 = 1_000
    /// How often this process notes that it is awake.
    private static let interval = Duration.seconds(1)
    /// The most rows in one command; the rest waits for the next.
    private static let page = 500
    /// The most rows that wait while the ledger takes none: half a day of every class.
    private static let waitingMax = 17_280

    init(ledger: any LedgerEngine, committer: Committer, inputs: AvailabilityInputs, logger: Logger) {
        self.ledger = ledger
        self.committer = committer
        self.inputs = inputs
        self.logger = logger
        state = RecorderState(OutcomeReader(inputs.outcomes))
    }

    /// Records until the service is shut down, and then what has been counted of the last bucket.
    func run(_ status: WorkerStatus) async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await turn(at: .now) { status.succeeded() }
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: Self.interval)
            }
        }
        take(at: .now, includingCurrent: true)
        await flush()
    }

    /// Notes that the process is awake, and writes what is over; whether there was anything to write.
    func turn(at now: Timestamp) async -> Bool {
        let isDue = state.withLock { state in
            state.reader.attend(at: now)
            let bucket = (now.milliseconds - Self.grace) / OutcomeBucket.milliseconds
            defer { state.taken = bucket }
            return state.taken != bucket
        }
        guard isDue else { return false }
        take(at: now)
        await flush()
        await gauge(at: now)
        return true
    }

    private func take(at now: Timestamp, includingCurrent: Bool = false) {
        state.withLock { state in
            state.waiting += state.reader.take(at: now, includingCurrent: includingCurrent)
            state.waiting.removeFirst(max(0, state.waiting.count - Self.waitingMax))
        }
    }

    /// Sends what waits, in one command as a rule.
    ///
    /// What was certainly not written is sent again. What may have been is not: a count that is missing makes the figures worse than they
    /// are, one that is there twice would make them better.
    private func flush() async {
        while true {
            let rows = state.withLock { Array($0.waiting.prefix(Self.page)) }
            guard !rows.isEmpty else { return }
            do throws(CommitError<Never>) {
                _ = try await committer.submit(RecordOutcomes(rows), isPatient: true)
            } catch {
                if case .failed(let failure) = error, failure.retry == .safe { return }
                logger.warning("counts of \(rows.count) buckets may be lost: \(error)")
            }
            state.withLock { $0.waiting.removeFirst(min(rows.count, $0.waiting.count)) }
        }
    }

    private func gauge(at now: Timestamp) async {
        let window = RecordedAvailability.window(from: now.adding(seconds: -3600), to: nil, first: nil, now: now)
        do throws(LedgerFailure) {
            let first = try await ledger.firstOutcomes()
            let rows = try await ledger.outcomes(from: window.from, to: window.to)
            let gauges = AvailabilityGauges(
                rows,
                window: RecordedAvailability.window(from: window.from, to: nil, first: first, now: now),
                objective: inputs.objective
            )
            state.withLock { $0.gauges = gauges }
        } catch {
            // A ledger that cannot be read leaves nothing to say.
            state.withLock { $0.gauges = AvailabilityGauges() }
        }
    }

    /// Writes all figures in Prometheus' text format.
    func write(to text: inout String) {
        inputs.outcomes.write(to: &text)
        state.withLock { $0.gauges }.write(to: &text)
    }
}

/// What a recorder keeps from one run to the next: it would count twice if it began again.
private final class RecorderState: Sendable {
    struct Values {
        var reader: OutcomeReader
        var waiting: [OutcomeBucketRow] = []
        /// The bucket that was current when rows were last taken.
        var taken: Int64?
        var gauges = AvailabilityGauges()
    }

    private let values: Mutex<Values>

    init(_ reader: OutcomeReader) {
        values = Mutex(Values(reader: reader))
    }

    func withLock<Result: Sendable>(_ body: (inout Values) -> Result) -> Result {
        values.withLock { values in body(&values) }
    }
}
