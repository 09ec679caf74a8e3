import CEpoll
import Glibc

// The generator sleeps in `ppoll` until the next intended start. The Glibc module exports neither `ppoll` (a GNU extension) nor
// `prctl` (variadic), so both are looked up by name once; without them `poll` is used, with a resolution of a millisecond.

/// The monotonic clock and the waits of the generator.
package enum BenchClock {
    /// Nanoseconds of the monotonic clock.
    package static func now() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Nanoseconds of processor time that this thread has used.
    package static func threadTime() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Lets this thread wake up within a microsecond of the intended time, instead of Linux's 50 µs of slack, which would count
    /// as latency.
    package static func sharpenTimers() {
        _ = tradewind_timer_slack(1)
    }
}
