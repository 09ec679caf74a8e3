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

    /// Leaves word of why this process can never start, for the supervisor that will hear of its end.
    public func leaveLastWords(_ words: String) {
        let path = lastWords(of: getpid())
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let bytes = Array(words.utf8.prefix(Self.lastWordsMax))
        // Where the disk is full, there is no word.
        _ = write(file, bytes, bytes.count)
        close(file)
    }

    /// What a process left before its end, once.
    func takeLastWords(of pid: pid_t) -> String? {
        let path = lastWords(of: pid)
        guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else { return nil }
        unlink(path)
        return String(decoding: bytes.prefix(Self.lastWordsMax), as: UTF8.self)
    }

    private func lastWords(of pid: pid_t) -> String { path + "/replica-\(pid).end" }

    private static let lastWordsMax = 2000

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
