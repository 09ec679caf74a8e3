// What a service manager such as systemd is told (sd_notify(3)): one message on the socket that it names.

import CProcess
import Foundation

/// The service manager that started this process, if one did.
public struct ServiceManager: Sendable {
    private let path: String?
    private let socket: Descriptor?
    /// How often it wants to hear that this process turns, already halved; nil where it does not want to.
    public let watchdogInterval: Duration?

    /// The service manager of an environment.
    public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        path = environment["NOTIFY_SOCKET"]
        socket = path.flatMap { _ in try? UnixSocket.sender() }
        let isMine = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogInterval = isMine && microseconds > 0 && path != nil ? .microseconds(microseconds / 2) : nil
    }

    /// Variables that are for this process alone and are not handed on.
    static let variables = [
        "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
    ]

    /// Says something of the state of this process.
    ///
    /// A manager that does not listen is none of this process's troubles.
    public func say(_ state: State) {
        guard let path, let socket else { return }
        let bytes = Array(state.text.utf8)
        _ = tradewind_unix_send(socket.number, path, bytes, bytes.count)
    }

    /// What can be said.
    public enum State: Sendable {
        /// It does its work; in words for `systemctl status`.
        case ready(String)
        /// It is on its way down.
        case stopping
        /// It still turns.
        case turning
        /// How it stands, in words.
        case status(String)

        fileprivate var text: String {
            switch self {
            case .ready(let words): "READY=1\nSTATUS=\(words)"
            case .stopping: "STOPPING=1\nSTATUS=Draining"
            case .turning: "WATCHDOG=1"
            case .status(let words): "STATUS=\(words)"
            }
        }
    }
}
