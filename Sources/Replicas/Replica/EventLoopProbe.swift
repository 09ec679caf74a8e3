import NIOCore
import Synchronization

/// How late event loops do what is given to them.
final class EventLoopProbe: Sendable {
    /// One loop, the question to it that is not yet answered, and how late it answered the last one.
    private struct Asked {
        let loop: any EventLoop
        var at: ContinuousClock.Instant?
        var lag = Duration.zero
    }

    private let asked: Mutex<[Asked]>

    init(_ group: any EventLoopGroup) {
        asked = Mutex(group.makeIterator().map { Asked(loop: $0) })
    }

    /// Asks every loop anew, unless it owes an answer, and gives the greatest lag; what is owed counts up to now.
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
