import Glibc
import SplitMix

/// The intended starts of open arrivals, in order, computed one at a time.
///
/// A backlog needs no queue: the waiting requests are those whose intended start is past. So an overload of any length costs no
/// memory, and each request is still sent and measured from its intended start.
package struct ArrivalSchedule {
    /// The next intended start in nanoseconds of the monotonic clock.
    package private(set) var due: Int64

    private let arrivals: BenchArrivals
    private let gap: Double
    private var start: Int64
    private var elapsed: Double
    private var random: SplitMix64

    /// Arrivals from `start` on at `rate` a second.
    package init(rate: Double, arrivals: BenchArrivals, start: Int64, seed: UInt64) {
        self.arrivals = arrivals
        self.start = start
        gap = 1e9 / rate
        elapsed = 0
        due = start
        random = SplitMix64(seed: seed)
        advance()
    }

    /// Moves the whole schedule, before its first arrival is taken.
    package mutating func restart(at start: Int64) {
        self.start = start
        due = start + Int64(elapsed)
    }

    /// Moves to the arrival after this one.
    package mutating func advance() {
        switch arrivals {
        case .constant: elapsed += gap
        case .poisson: elapsed -= log(1 - random.unit()) * gap
        }
        due = start + Int64(elapsed)
    }
}
