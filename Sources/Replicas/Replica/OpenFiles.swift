// A Linux process that runs out of descriptors does not get an error but ends: Dispatch's thread that manages workers opens a
// file of /proc once a second while there is work, and traps where it cannot. So a process raises its limit as far as possible at
// its start, and never gives the last descriptors to clients.

import Foundation

/// The limit of open files, sockets included, of this process.
public enum OpenFiles {
    /// Raises the limit to the highest that the process may set itself; child processes inherit it.
    public static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        // If the system refuses, the old limit stays.
        _ = setrlimit(resource, &limit)
    }

    /// The current limit.
    public static var limit: Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// The most client connections that fit into a limit.
    ///
    /// A part always stays free, so that connections alone never cause a replica to be recycled for its descriptors.
    ///
    /// - Parameter reserve: descriptors for everything else: the ledger's files, calls to providers and webhook endpoints, the
    ///   log.
    public static func connections(within limit: Int, reserve: Int) -> Int {
        max(0, limit / 100 * 85 - reserve)
    }

    /// The lowest limit into which this many connections fit.
    public static func needed(for connections: Int, reserve: Int) -> Int {
        (connections + reserve + 84) / 85 * 100
    }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
}
