// Whoever runs out of descriptors on Linux does not get an error, but ends: the thread that looks after Dispatch's workers opens a file of
// /proc once a second while there is work, and traps where it cannot. So a process takes all that it may have at its start, and never gives
// its last ones to clients.

import Foundation

/// How many files, sockets among them, this process may have open.
public enum OpenFiles {
    /// Raises the limit to the highest that the process may set itself; what it starts has the same.
    public static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        // Where that is refused, what was there before is kept to.
        _ = setrlimit(resource, &limit)
    }

    /// The limit.
    public static var limit: Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// The most connections of clients for which there is room within a limit.
    ///
    /// A part stays free in any case, so that connections alone never have a replica recycled for its descriptors.
    ///
    /// - Parameter reserve: what everything else may take: the ledger's files, calls to providers and receivers, the log.
    public static func connections(within limit: Int, reserve: Int) -> Int {
        max(0, limit / 100 * 85 - reserve)
    }

    /// The lowest limit within which there is room for so many connections.
    public static func needed(for connections: Int, reserve: Int) -> Int {
        (connections + reserve + 84) / 85 * 100
    }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
}
