// The meeting point of a shop's processes: `run` in the data directory, accessible to its owner alone. The path of a Unix socket
// is limited to 107 bytes, which a data directory may well exceed; so sockets are named through a descriptor of the directory.

import CProcess
import Foundation

/// The run directory of a shop.
public struct RunDirectory: Sendable {
    /// Its path.
    public let path: String
    private let descriptor: Descriptor

    /// Opens the run directory of a data directory, and creates it if `making` is true.
    ///
    /// - Throws: ``SystemError`` with `ENOENT` where it does not exist and `making` is false.
    public init(data: String, making: Bool = true) throws(SystemError) {
        path = data + "/run"
        if making, mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemError("make \(path)") }
        let path = path
        descriptor = Descriptor(try system("open \(path)") { tradewind_path_open(path, 1) })
        if making { try system("restrict \(path)") { chmod(path, 0o700) } }
    }

    /// The socket on which the supervisor receives heartbeats.
    var heartbeats: String { address("heartbeats.sock") }
    /// The socket on which the supervisor answers commands.
    var supervisor: String { address("supervisor.sock") }
    /// The file whose lock shows that a supervisor runs.
    var lock: String { address("supervisor.lock") }
    /// The socket on which a replica answers questions.
    func replica(_ pid: pid_t) -> String { address("replica-\(pid).sock") }
    /// The copy of the settings that a release was started with.
    func settings(ofRelease number: Int) -> String { path + "/release-\(number).json" }

    /// Writes the reason why this process can never start, for the supervisor that observes its end.
    public func leaveLastWords(_ words: String) {
        let path = lastWords(of: getpid())
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let bytes = Array(words.utf8.prefix(Self.lastWordsMax))
        // If the disk is full, the supervisor gets no reason.
        _ = write(file, bytes, bytes.count)
        close(file)
    }

    /// The reason that a process wrote before its end; reading it removes it.
    func takeLastWords(of pid: pid_t) -> String? {
        let path = lastWords(of: pid)
        guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else { return nil }
        unlink(path)
        return String(decoding: bytes.prefix(Self.lastWordsMax), as: UTF8.self)
    }

    private func lastWords(of pid: pid_t) -> String { path + "/replica-\(pid).end" }

    private static let lastWordsMax = 2000

    private func address(_ name: String) -> String { "/proc/self/fd/\(descriptor.number)/\(name)" }

    /// The processes that left a socket for questions; some may have ended.
    func replicas() -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("replica-"), name.hasSuffix(".sock") else { return nil }
            return pid_t(name.dropFirst("replica-".count).dropLast(".sock".count))
        }.sorted()
    }
}
