// Notifications to a service manager such as systemd (sd_notify(3)): one message on the socket that the manager names.

import CProcess
import Foundation

/// The service manager that started this process, if one did.
public struct ServiceManager: Sendable {
    private let path: String?
    private let socket: Descriptor?
    /// How often the watchdog must be notified, already halved; nil where the manager has none configured.
    public let watchdogInterval: Duration?

    /// The service manager named in an environment.
    public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        path = environment["NOTIFY_SOCKET"]
        socket = path.flatMap { _ in try? UnixSocket.sender() }
        let isMine = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogInterval = isMine && microseconds > 0 && path != nil ? .microseconds(microseconds / 2) : nil
    }

    /// Variables that are for this process alone and are not passed on to children.
    static let variables = [
        "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
    ]

    /// Notifies the manager of the state of this process.
    ///
    /// A notification that cannot be delivered is dropped.
    public func say(_ state: State) {
        guard let path, let socket else { return }
        let bytes = Array(state.text.utf8)
        _ = tradewind_unix_send(socket.number, path, bytes, bytes.count)
    }

    /// The possible notifications.
    public enum State: Sendable {
        /// The process serves; with a text for `systemctl status`.
        case ready(String)
        /// The process is shutting down.
        case stopping
        /// The process is alive (watchdog).
        case turning
        /// The status in words.
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
