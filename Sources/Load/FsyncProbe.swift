import Glibc

/// What one durable 4 kB write costs on a disk, to state latencies as multiples of it.
package struct FsyncProbe: Hashable, Sendable, Codable {
    /// Writes that were timed.
    package var writes: Int
    /// The median in microseconds.
    package var p50Micros: Double
    /// The 99th percentile in microseconds.
    package var p99Micros: Double

    /// Overwrites one 4 kB block with `pwrite` and `fdatasync`, `writes` times (1 to 100,000), in a file that it removes.
    ///
    /// Blocks the thread. Throws `BenchError.file`.
    package static func measure(in folder: String, writes: Int = 500) throws(BenchError) -> FsyncProbe {
        let path = "\(folder)/fsync-probe-\(getpid())"
        func failure() -> BenchError { .file(path: path, reason: String(cString: strerror(errno))) }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw failure() }
        defer {
            close(descriptor)
            unlink(path)
        }
        var block = [UInt8](repeating: 0x5A, count: 4_096)
        // The first write allocates the block and the file's length; only overwrites are timed, as in a write-ahead log.
        guard pwrite(descriptor, block, block.count, 0) == block.count, fsync(descriptor) == 0 else { throw failure() }
        var times: [Int64] = []
        for turn in 0..<max(1, min(writes, 100_000)) {
            block[turn % block.count] &+= 1
            let start = BenchClock.now()
            guard pwrite(descriptor, block, block.count, 0) == block.count, fdatasync(descriptor) == 0 else {
                throw failure()
            }
            times.append(BenchClock.now() - start)
        }
        times.sort()
        func percentile(_ share: Double) -> Double {
            let rank = max(1, Int((share * Double(times.count)).rounded(.up)))
            return Double(times[rank - 1]) / 1_000
        }
        return FsyncProbe(writes: times.count, p50Micros: percentile(0.5), p99Micros: percentile(0.99))
    }
}
