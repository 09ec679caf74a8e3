import Foundation
import Supervision

/// The machine's resources that this process uses.
enum OwnFigures {
    /// Processor time of all threads since the start.
    static var cpuTime: Duration {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Resident memory, in bytes (proc(5), `statm`).
    static var residentBytes: Int64 {
        let words = ProcessFile.text("self/statm").split(separator: " ")
        return words.count > 1 ? (Int64(words[1]) ?? 0) * Int64(getpagesize()) : 0
    }

    /// Open descriptors, and their limit.
    static var descriptors: Heartbeat.Usage {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Heartbeat.Usage(used: openDescriptors, limit: Int64(clamping: limit.rlim_cur))
    }

    /// From Linux 6.2 on the size of the directory is their number; before that they have to be counted.
    private static var openDescriptors: Int64 {
        var status = stat()
        if stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Int64(status.st_size) }
        return Int64((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0)
    }

    /// The file system of a path; nil where it cannot be queried.
    static func disk(of path: String) -> Heartbeat.Usage? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let (free, all) = (Int64(status.f_bavail), Int64(status.f_blocks))
        return Heartbeat.Usage(used: (all - free) * Int64(status.f_frsize), limit: all * Int64(status.f_frsize))
    }
}

/// Files of `/proc` (proc(5)).
enum ProcessFile {
    /// A file's text; empty where it does not exist, as when the process has ended.
    static func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: "/proc/" + name) ?? Data(), as: UTF8.self)
    }

    /// When a process started, in clock ticks since the machine's boot: together with its id it identifies a process uniquely.
    ///
    /// Nil where there is no such process, or it has ended and was not reaped.
    static func startTime(_ pid: pid_t) -> Int64? {
        guard let stat = stat(pid), stat.state != "Z", stat.state != "X" else { return nil }
        return Int64(clamping: stat.startTicks)
    }

    /// The kernel's record of a process; nil where there is none.
    static func stat(_ pid: pid_t) -> ProcessStat? { ProcessStat(text("\(pid)/stat")) }
}
