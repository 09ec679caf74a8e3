import Foundation

/// How many times as much processor time a larger input takes as a smaller one; each is the minimum of three runs.
///
/// Only the calling thread's time counts, so other load on the machine adds almost nothing.
func growth(from small: Int, to large: Int, _ work: (Int) throws -> Void) rethrows -> Double {
    func least(_ size: Int) throws -> Double {
        try (0..<3).map { _ in
            let start = threadSeconds()
            try work(size)
            return threadSeconds() - start
        }.min() ?? 0
    }
    let few = try least(small)
    return try least(large) / max(few, 1e-9)
}

private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
