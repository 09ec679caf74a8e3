// The start of a supervisor. A file lock shows whether another one runs: the kernel releases it with the process, however that
// ended. Replicas outlive their supervisor and continue to serve; the new one asks them for the listening socket and for their
// introductions. So some process has the socket open at every moment, and no connection is refused.

import CProcess
import Foundation
import Supervision

/// What a supervisor takes over when it starts.
struct Takeover {
    /// Held as long as the supervisor lives.
    let lock: Descriptor
    /// The socket to serve.
    let listener: ListeningSocket
    /// The replicas that run.
    let living: [Living]

    /// A replica of an earlier supervisor.
    struct Living {
        let process: ReplicaProcess
        let introduction: Introduction
    }

    /// How long a replica may take to answer; it answers on a thread of its own.
    private static let patience = Duration.seconds(2)

    /// Takes the lock, finds the running replicas, and obtains the socket.
    ///
    /// A replica that runs and does not answer hangs: it is killed here, since it would keep the port from being bound again.
    init(_ plan: SupervisorPlan, run: RunDirectory) throws(SupervisorRefusal) {
        lock = try Self.lock(run)
        var (living, socket): ([Living], ListeningSocket?) = ([], nil)
        for pid in run.replicas() {
            guard let found = Self.meet(pid, run) else {
                unlink(run.replica(pid))
                continue
            }
            living.append(found)
            socket = socket ?? (try? Self.socket(of: pid, run))
        }
        self.living = living
        do throws(SystemError) {
            if let inherited = try ListeningSocket.inherited() ?? socket {
                listener = inherited
            } else {
                listener = try ListeningSocket.bind(host: plan.host, port: plan.port)
            }
        } catch {
            throw .system(error)
        }
        if plan.port != 0, listener.port != 0, listener.port != plan.port { throw .otherPort(listener.port) }
    }

    private static func lock(_ run: RunDirectory) throws(SupervisorRefusal) -> Descriptor {
        do throws(SystemError) {
            let path = run.lock
            let file = Descriptor(try system("open \(path)") { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) })
            guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
                let pid = String(decoding: try file.read(most: 32) ?? [], as: UTF8.self)
                throw SystemError(pid, code: EWOULDBLOCK)
            }
            let pid = Array("\(getpid())".utf8)
            try system("write \(path)") { ftruncate(file.number, 0) }
            try system("write \(path)") { write(file.number, pid, pid.count) }
            return file
        } catch {
            throw error.code == EWOULDBLOCK ? .alreadyRunning(pid: error.what) : .system(error)
        }
    }

    /// The replica behind a socket; nil where it has ended, or was killed because it hangs.
    private static func meet(_ pid: pid_t, _ run: RunDirectory) -> Living? {
        guard let process = try? ReplicaProcess.adopting(pid, startTime: nil), listens(pid, run) else { return nil }
        if let introduction = ReplicaDirectory.introduction(of: pid, run, timeout: patience),
            let adopted = try? ReplicaProcess.adopting(pid, startTime: introduction.startTime)
        {
            return Living(process: adopted, introduction: introduction)
        }
        process.signal(SIGABRT)
        if !process.ends(within: SupervisorPlan.coreFor) {
            process.signal(SIGKILL)
            _ = process.ends(within: patience)
        }
        return nil
    }

    /// Whether the socket belongs to that process: its id may belong to another one by now, which must not be signalled.
    private static func listens(_ pid: pid_t, _ run: RunDirectory) -> Bool {
        guard let stream = try? UnixSocket.connect(run.replica(pid), timeout: patience) else { return false }
        return tradewind_unix_peer(stream.number) == pid
    }

    private static func socket(of pid: pid_t, _ run: RunDirectory) throws(SystemError) -> ListeningSocket {
        let stream = try UnixSocket.connect(run.replica(pid), timeout: patience)
        _ = try stream.send(Array((ReplicaQuestion.socket.rawValue + "\n").utf8))
        let descriptor = try system("take the listening socket") { tradewind_unix_take_descriptor(stream.number) }
        return try ListeningSocket.checked(descriptor, "take the listening socket")
    }
}
