// Where the processes of one shop meet: `run` in the data directory, for its owner alone. A Unix socket's path has room for 107 bytes,
// which a data directory may well exceed; so sockets are named through a descriptor of the directory.

import CProcess
import Foundation

/// The run directory of a shop.
public struct RunDirectory: Sendable {
    /// Its path.
    public let path: String
    private let descriptor: Descriptor

    /// Opens the run directory of a data directory, and makes it first where that is wanted.
    ///
    /// - Throws: ``SystemError`` with `ENOENT` where it is not there and not to be made.
    public init(data: String, making: Bool = true) throws(SystemError) {
        path = data + "/run"
        if making, mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemError("make \(path)") }
        let path = path
        descriptor = Descriptor(try system("open \(path)") { tradewind_path_open(path, 1) })
        if making { try system("restrict \(path)") { chmod(path, 0o700) } }
    }

    /// Where the supervisor hears heartbeats.
    var heartbeats: String { address("heartbeats.sock") }
    /// Where the supervisor is asked and told.
    var supervisor: String { address("supervisor.sock") }
    /// The file whose lock says that a supervisor lives.
    var lock: String { address("supervisor.lock") }
    /// Where a replica is asked.
    func replica(_ pid: pid_t) -> String { address("replica-\(pid).sock") }
    /// The settings that a release was started with.
    func settings(ofRelease number: Int) -> String { path + "/release-\(number).json" }

    private func address(_ name: String) -> String { "/proc/self/fd/\(descriptor.number)/\(name)" }

    /// The processes that left a socket to be asked at; some may have ended.
    func replicas() -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("replica-"), name.hasSuffix(".sock") else { return nil }
            return pid_t(name.dropFirst("replica-".count).dropLast(".sock".count))
        }.sorted()
    }
}
