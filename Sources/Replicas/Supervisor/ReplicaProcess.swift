import CProcess
import Foundation
import Time

/// How a process ended.
enum Ending: Hashable, Sendable, CustomStringConvertible {
    /// It exited with this code.
    case exited(CInt)
    /// This signal ended it.
    case signalled(CInt)
    /// It was not a child of this process, and only the parent learns how it ended.
    case unknown

    var description: String {
        switch self {
        case .exited(let code): "it ended with \(code)"
        case .signalled(let signal): "signal \(signal) (\(String(cString: strsignal(signal)))) ended it"
        case .unknown: "it ended"
        }
    }
}

/// A replica's process, by its process descriptor: a process id may be reused after the process has ended, the descriptor is not.
struct ReplicaProcess: Sendable {
    /// Its process id.
    let pid: pid_t
    /// The process descriptor; readable once the process has ended.
    let descriptor: Descriptor
    /// Whether this process started it, and must reap it.
    private let isChild: Bool

    /// Whether it is stopped by a signal.
    var isStopped: Bool { ProcessFile.stat(pid)?.state == "T" }

    private init(pid: pid_t, isChild: Bool) throws(SystemError) {
        self.pid = pid
        self.isChild = isChild
        descriptor = Descriptor(try system("open process \(pid)") { tradewind_process_open(pid) })
    }

    /// Takes charge of a process that another supervisor started.
    ///
    /// - Throws: ``SystemError`` with `ESRCH` where it has ended, so that its id may belong to another process.
    static func adopting(_ pid: pid_t, startTime: Int64?) throws(SystemError) -> ReplicaProcess {
        let process = try ReplicaProcess(pid: pid, isChild: false)
        // Checked while the descriptor is open: from now on the descriptor refers to the process with this start time.
        guard let found = ProcessFile.startTime(pid), startTime.map({ $0 == found }) ?? true else {
            throw SystemError("adopt process \(pid)", code: ESRCH)
        }
        return process
    }

    /// Starts a program with the listening socket as descriptor 3.
    static func spawn(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        listener: CInt
    ) throws(SystemError) -> ReplicaProcess {
        var pid: pid_t = 0
        let code = withPointers(arguments) { arguments in
            withPointers(environment.map { "\($0.key)=\($0.value)" }.sorted()) { environment in
                tradewind_process_spawn(&pid, path, arguments, environment, listener)
            }
        }
        guard code == 0 else { throw SystemError("start \(arguments.first ?? path)") }
        return try ReplicaProcess(pid: pid, isChild: true)
    }

    /// Sends a signal; ignored if the process has ended.
    func signal(_ number: CInt) {
        _ = tradewind_process_signal(descriptor.number, number)
    }

    /// How it ended; to be called once its descriptor is readable.
    func reap() -> Ending {
        var status: CInt = 0
        guard isChild, waitpid(pid, &status, WNOHANG) == pid else { return .unknown }
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }

    /// Blocks until the process has ended, `limit` at most; returns whether it has.
    func ends(within limit: Duration) -> Bool {
        var waiting = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, CInt(clamping: limit.wholeMilliseconds)) == 1
    }

    private static func withPointers<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
