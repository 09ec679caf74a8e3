// One batch after another: begin, decide, save, commit, tell, answer. It has no thread and no queue of its own, so that the committer
// and a simulation run the very same steps.

import Foundation
import Trading

/// What one batch did, told to observers on the committer's thread before anyone is answered.
public struct CommittedBatch: Sendable {
    /// New events, in order.
    public let events: [EventRow]
    /// New movements, in order.
    public let movements: [MovementRow]
    /// Products as they are now, of those that changed.
    public let products: [ProductRow]
    /// The shop's locations, where they changed.
    public let locations: [Location]?
    /// How many commands were decided.
    public let commands: Int
    /// How long the whole batch took, in seconds.
    public let seconds: Double
    /// How long its commit took, in seconds.
    public let commitSeconds: Double
}

/// Owns the writer of a process, and takes batches of commands through it; confined to one thread.
package final class BatchRunner {
    private let writer: any LedgerWriter
    private let set: WorkingSet
    private let clock: () -> Timestamp
    private let observer: (CommittedBatch) -> Void

    /// Opens the engine's writer.
    ///
    /// - Parameters:
    ///   - keepRows: rows of each hot table that stay in memory between batches.
    ///   - clock: the time, read once for each batch.
    ///   - random: the source of ids.
    ///   - observer: hears of each batch once it is durable, before anyone is answered.
    /// - Throws: the engine's failure to open.
    package init(
        engine: any LedgerEngine,
        keepRows: Int,
        clock: @escaping () -> Timestamp,
        random: any RandomNumberGenerator,
        observer: @escaping (CommittedBatch) -> Void
    ) throws(LedgerFailure) {
        writer = try engine.makeWriter()
        set = WorkingSet(random: random, keepLimit: keepRows)
        self.clock = clock
        self.observer = observer
    }

    /// Decides commands one after another, makes them durable together, and answers each.
    package func commit(_ batch: [CommitJob]) {
        let started = ContinuousClock.now
        var live: [CommitJob] = []
        live.reserveCapacity(batch.count)
        for job in batch {
            if let deadline = job.deadline, deadline < started {
                job.fail(LedgerFailure(.deadlineExceeded, phase: .queue, retry: .safe))
            } else {
                live.append(job)
            }
        }
        guard !live.isEmpty else { return }
        do throws(LedgerFailure) {
            try set.begin(writer, at: clock())
        } catch {
            writer.rollback()
            for job in live { job.fail(error) }
            return
        }
        let completions = live.map { $0.decide(set) }
        do throws(LedgerFailure) {
            if let failure = set.loadFailure { throw failure }
            guard set.hasChanges else {
                writer.rollback()
                set.end(keeping: true)
                for complete in completions { complete(nil) }
                return
            }
            try set.save(to: writer)
            let saved = ContinuousClock.now
            try writer.commit()
            publish(commands: completions.count, started: started, saved: saved)
            set.end(keeping: true)
            for complete in completions { complete(nil) }
        } catch {
            writer.rollback()
            set.end(keeping: false)
            guard error.code == .corrupt, live.count > 1 else {
                for complete in completions { complete(error) }
                return
            }
            // One command met a row that cannot be read or written. Alone, each of the others is decided as ever.
            for job in live { commit([job]) }
        }
    }

    private func publish(commands: Int, started: ContinuousClock.Instant, saved: ContinuousClock.Instant) {
        let end = ContinuousClock.now
        observer(
            CommittedBatch(
                events: set.events.rows,
                movements: set.movements.rows,
                products: set.products.changedRows,
                locations: set.locations.changedRows.first?.locations,
                commands: commands,
                seconds: (end - started).seconds,
                commitSeconds: (end - saved).seconds
            )
        )
    }
}

extension Duration {
    /// The duration in seconds.
    public var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension Timestamp {
    /// The time by the system's clock.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
