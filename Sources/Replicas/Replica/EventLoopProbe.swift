import NIOCore
import Synchronization

/// Measures how late event loops run a task.
final class EventLoopProbe: Sendable {
    /// One event loop, the task that it has not run yet, and its last measured delay.
    private struct Asked {
        let loop: any EventLoop
        var at: ContinuousClock.Instant?
        var lag = Duration.zero
    }

    private let asked: Mutex<[Asked]>

    init(_ group: any EventLoopGroup) {
        asked = Mutex(group.makeIterator().map { Asked(loop: $0) })
    }

    /// Gives each loop a new task, unless the last one is pending, and returns the greatest delay; a pending task counts with its
    /// delay so far.
    ///
    /// Does not block.
    func measure() -> Duration {
        let now = ContinuousClock.now
        return asked.withLock { asked in
            var greatest = Duration.zero
            for index in asked.indices {
                greatest = max(greatest, asked[index].at.map { $0.duration(to: now) } ?? asked[index].lag)
                guard asked[index].at == nil else { continue }
                asked[index].at = now
                asked[index].loop.execute { self.answered(index) }
            }
            return greatest
        }
    }

    private func answered(_ index: Int) {
        let now = ContinuousClock.now
        asked.withLock { asked in
            asked[index].lag = asked[index].at.map { $0.duration(to: now) } ?? .zero
            asked[index].at = nil
        }
    }
}
