// A replica has a socket of its own for questions, so that a new supervisor, whose predecessor was killed, learns which replicas
// live and receives the listening socket, while that continues to accept connections.

import CProcess
import Foundation
import Supervision
import Synchronization

/// The questions to a replica; each is one line.
enum ReplicaQuestion: String {
    /// Who are you?
    ///
    /// The answer is an ``Introduction`` on one line.
    case introduce
    /// Send the listening socket.
    ///
    /// The answer is one byte that carries it (`SCM_RIGHTS`).
    case socket
    /// Obey a restraint for a while: a ``Restraint`` follows after a space.
    ///
    /// The answer is an empty line.
    case restrain
}

/// Answers a supervisor's questions, on a thread of its own.
final class ReplicaDoor: Sendable {
    private let listener: Descriptor
    private let path: String
    private let introduction: @Sendable () -> Introduction?
    private let restraints: RestraintHolder
    private let socket: CInt
    /// How long one client may keep the others waiting.
    private static let patience = Duration.seconds(1)

    /// - Parameters:
    ///   - socket: the listening socket; it stays open as long as the process runs.
    ///   - restraints: receives the restraints.
    ///   - introduction: the replica's introduction; nil before the first heartbeat.
    init(
        run: RunDirectory,
        socket: CInt,
        restraints: RestraintHolder,
        introduction: @escaping @Sendable () -> Introduction?
    ) throws(SystemError) {
        path = run.replica(getpid())
        listener = try UnixSocket.listen(path)
        self.socket = socket
        self.restraints = restraints
        self.introduction = introduction
    }

    /// Starts the thread that answers.
    func open() {
        let thread = Thread { self.answer() }
        thread.name = "replica-door"
        thread.start()
    }

    /// Removes the socket's name and ends the thread.
    func close() {
        unlink(path)
        shutdown(listener.number, CInt(SHUT_RDWR))
    }

    private func answer() {
        while true {
            var waiting = pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, -1) >= 0 || errno == EINTR else { return }
            if waiting.revents & Int16(POLLHUP) != 0 { return }
            do {
                guard let peer = try UnixSocket.accept(listener) else { continue }
                try answer(peer)
            } catch {
                // An error of one client is ignored; only a closed listening socket ends the thread.
                if error.code == EINVAL { return }
            }
        }
    }

    private func answer(_ peer: Descriptor) throws(SystemError) {
        try system("fcntl") { fcntl(peer.number, F_SETFL, 0) }
        try peer.setTimeout(Self.patience)
        guard let line = try peer.read(most: 512), line.last == UInt8(ascii: "\n") else { return }
        let parts = line.dropLast().split(separator: UInt8(ascii: " "), maxSplits: 1)
        switch ReplicaQuestion(rawValue: String(decoding: parts.first ?? [], as: UTF8.self)) {
        case .introduce: _ = try peer.send((introduction()?.bytes ?? []) + [UInt8(ascii: "\n")])
        case .socket: try system("send a descriptor") { tradewind_unix_send_descriptor(peer.number, socket) }
        case .restrain:
            guard parts.count == 2, let restraint = try? Restraint(bytes: Array(parts[1])) else { return }
            restraints.take(restraint, at: .now)
            _ = try peer.send([UInt8(ascii: "\n")])
        case nil: return
        }
    }
}
