import Foundation
import Synchronization

/// The workers of one run: the calling thread and, if configured, others.
struct BenchCrew {
    private final class Total: Sendable {
        let tally = Mutex(BenchTally())
        let left = DispatchGroup()
    }

    let run: BenchRun
    let threads: Int
    let connections: Int

    /// Runs all workers to their end; returns the sum of their counts.
    ///
    /// Blocks the thread.
    func work() -> BenchTally {
        let total = Total()
        for number in 1..<max(2, threads) where number < threads {
            total.left.enter()
            Thread.detachNewThread { [self] in
                let tally = worker(number).work()
                total.tally.withLock { $0.add(tally) }
                total.left.leave()
            }
        }
        let tally = worker(0).work()
        total.left.wait()
        return total.tally.withLock { sum in
            sum.add(tally)
            return sum
        }
    }

    private func worker(_ number: Int) -> BenchWorker {
        let share = connections / threads + (number < connections % threads ? 1 : 0)
        return BenchWorker(run: run, number: number, of: threads, connections: share)
    }
}

/// Adds up the progress of a phase's workers.
final class BenchProgressCount: Sendable {
    private let counts = Mutex((answers: 0, failures: 0))

    /// Adds a worker's counts; the sums so far.
    func add(_ phase: String, answers: Int, failures: Int) -> Bench.Progress {
        counts.withLock { counts in
            counts.answers += answers
            counts.failures += failures
            return Bench.Progress(phase: phase, answers: counts.answers, failures: counts.failures)
        }
    }
}
