import Glibc

// The generator sleeps in `ppoll` until the next intended start. The Glibc module shows neither `ppoll` (a GNU extension) nor
// `prctl` (variadic), so both are looked up by name once; without them `poll` serves, with millisecond steps.

/// The monotonic clock and the waits of the generator.
enum BenchClock {
    private typealias PPoll =
        @convention(c) (
            UnsafeMutablePointer<pollfd>?, UInt, UnsafePointer<timespec>?, UnsafeRawPointer?
        ) -> Int32
    private typealias PRCtl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

    private static let ppoll: PPoll? = lookUp("ppoll", as: PPoll.self)

    private static func lookUp<Function>(_ name: String, as type: Function.Type) -> Function? {
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), name) else { return nil }
        return unsafeBitCast(symbol, to: type)
    }

    /// Nanoseconds of the monotonic clock.
    static func now() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Nanoseconds of processor time that this thread has used.
    static func threadTime() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Lets this thread wake within a microsecond of its time, instead of Linux's 50 µs of slack, which would count as latency.
    static func sharpenTimers() {
        let timerSlack: Int32 = 29  // PR_SET_TIMERSLACK
        _ = lookUp("prctl", as: PRCtl.self)?(timerSlack, 1, 0, 0, 0)
    }

    /// Waits until a descriptor is ready or `nanoseconds` have passed; the count of ready ones.
    static func wait(_ descriptors: UnsafeMutableBufferPointer<pollfd>, nanoseconds: Int64) -> Int {
        let bounded = max(0, nanoseconds)
        guard let ppoll else {
            return Int(poll(descriptors.baseAddress, nfds_t(descriptors.count), Int32((bounded + 999_999) / 1_000_000)))
        }
        var limit = timespec(tv_sec: Int(bounded / 1_000_000_000), tv_nsec: Int(bounded % 1_000_000_000))
        return Int(ppoll(descriptors.baseAddress, UInt(descriptors.count), &limit, nil))
    }
}

extension Duration {
    /// Whole nanoseconds.
    var benchNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    /// Seconds with their fraction.
    var benchSeconds: Double { Double(benchNanoseconds) / 1e9 }
}
