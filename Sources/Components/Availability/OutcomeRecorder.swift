// Writes the outcomes of requests to the ledger every ten seconds, so that the figures outlive the process. Every process counts
// its own requests, whatever components it runs, and the ledger adds them up. A crash loses the counts that were not written yet:
// those of the current bucket, and those of the bucket before it within the second after its end.

import API
import Availability
import Ledger
import Logging
import ServiceLifecycle
import Synchronization
import Trading

/// Keeps the ledger's outcome counts up to date, and computes a few gauges from them.
///
/// Cost: every ten seconds one patient command of a row for each class, and a read of the buckets of the last hour.
struct OutcomeRecorder: Worker {
    let name = "outcomes"
    private let ledger: any LedgerEngine
    private let committer: Committer
    private let inputs: AvailabilityInputs
    private let logger: Logger
    private let state: RecorderState

    /// How long after a bucket's end it is read, in milliseconds, so that requests which read the clock within it are counted.
    static let grace: Int64 = 1_000
    /// How often this process marks the current bucket as attended.
    private static let interval = Duration.seconds(1)
    /// The most rows in one command; further rows go into the next.
    private static let page = 500
    /// The most rows that wait while the ledger accepts no writes: half a day of every class.
    private static let waitingMax = 17_280

    init(ledger: any LedgerEngine, committer: Committer, inputs: AvailabilityInputs, logger: Logger) {
        self.ledger = ledger
        self.committer = committer
        self.inputs = inputs
        self.logger = logger
        state = RecorderState(OutcomeReader(inputs.outcomes))
    }

    /// Records until the service is shut down, and then writes the counts of the last bucket.
    func run(_ status: WorkerStatus) async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await turn(at: .now) { status.succeeded() }
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: Self.interval)
            }
        }
        take(at: .now, includingCurrent: true)
        await flush()
    }

    /// Marks the current bucket as attended, and writes the buckets that are over; returns whether there was a new one.
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

    /// Writes the waiting rows, normally in one command.
    ///
    /// Rows that were certainly not written stay queued for the next turn. Rows with an unknown outcome are dropped: missing
    /// counts make the figures worse than they are, doubled ones would make them better.
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
            // Without a readable ledger there are no gauges.
            state.withLock { $0.gauges = AvailabilityGauges() }
        }
    }

    /// Writes all metrics in Prometheus' text format.
    func write(to text: inout String) {
        inputs.outcomes.write(to: &text)
        state.withLock { $0.gauges }.write(to: &text)
    }
}

/// The state that a recorder keeps between its runs: a new reader would count twice.
private final class RecorderState: Sendable {
    struct Values {
        var reader: OutcomeReader
        var waiting: [OutcomeBucketRow] = []
        /// The bucket that was current when rows were last read.
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
