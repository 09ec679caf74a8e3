// A program beside the replicas: started, watched and restarted when it ends, on a thread of its own. Like the replicas it
// outlives a supervisor that is killed, and the next supervisor adopts it.

import Foundation
import Logging
import Supervision
import Synchronization

/// A program that is kept running beside the replicas of a data directory.
public final class KeptProcess: Sendable {
    /// Whether it was running before this process started.
    public let isAdopted: Bool
    private let name: String
    private let command: [String]
    private let pauses: CrashLoop.Settings
    private let goodbye: CInt
    private let numberPath: String
    private let logger: Logger
    private let stopped = Atomic<Bool>(false)
    private let process: Mutex<ReplicaProcess?>

    /// Looks for a running instance; starts nothing yet.
    ///
    /// - Parameters:
    ///   - name: its name; a file of this name in DATA/run holds its process id.
    ///   - command: the program's path and its arguments.
    ///   - mark: a part of its command line, with NUL between arguments, that no other program has.
    ///   - pauses: the pauses before restarts.
    ///   - goodbye: the signal that ends it.
    /// - Throws: ``SystemError`` where the run directory cannot be opened.
    public init(
        _ name: String,
        data: String,
        command: [String],
        mark: String,
        pauses: CrashLoop.Settings = CrashLoop.Settings(),
        goodbye: CInt = SIGTERM,
        logger: Logger
    ) throws(SystemError) {
        self.name = name
        self.command = command
        self.pauses = pauses
        self.goodbye = goodbye
        self.logger = logger
        numberPath = try RunDirectory(data: data).path + "/\(name).pid"
        let adopted = Self.adopt(numberPath, mark: mark)
        isAdopted = adopted != nil
        process = Mutex(adopted)
        if let adopted { logger.notice("\(name) is adopted", metadata: ["pid": "\(adopted.pid)"]) }
    }

    private static func adopt(_ path: String, mark: String) -> ReplicaProcess? {
        guard let text = FileManager.default.contents(atPath: path),
            let pid = pid_t(String(decoding: text, as: UTF8.self)),
            let process = try? ReplicaProcess.adopting(pid, startTime: nil),
            // Checked while the descriptor is open: the id may belong to another process by now.
            ProcessFile.text("\(pid)/cmdline").contains(mark)
        else { return nil }
        return process
    }

    /// Starts a thread that keeps the program running until `close` is called.
    public func open() {
        let thread = Thread { self.watch() }
        thread.name = name
        thread.start()
    }

    /// Ends the program, and does not restart it.
    ///
    /// Does not wait for its end.
    public func close() {
        stopped.store(true, ordering: .sequentiallyConsistent)
        process.withLock { $0 }?.signal(goodbye)
        unlink(numberPath)
    }

    private var isStopped: Bool { stopped.load(ordering: .sequentiallyConsistent) }

    private func watch() {
        var failures = 0
        while !isStopped {
            let began = ContinuousClock.now
            do {
                let living = try process.withLock { (process) throws(SystemError) in
                    if let process { return process }
                    let started = try start()
                    process = started
                    return started
                }
                while !living.ends(within: .seconds(1)) { if isStopped { return } }
                let ending = living.reap()
                process.withLock { $0 = nil }
                if isStopped { return }
                logger.error("\(name) ended: it is started again", metadata: ["cause": "\(ending)"])
            } catch {
                logger.error("\(name) cannot be started: \(error)")
            }
            failures = began.duration(to: .now) >= pauses.quietTime ? 1 : failures + 1
            rest(pauses.pause(failure: failures, random: .random(in: 0..<1)))
        }
    }

    /// Waits for the pause, or until `close` is called.
    private func rest(_ pause: Duration) {
        let end = ContinuousClock.now + pause
        while !isStopped, ContinuousClock.now < end { usleep(50_000) }
    }

    private func start() throws(SystemError) -> ReplicaProcess {
        let started = try ReplicaProcess.spawn(
            command[0],
            command,
            environment: ProcessInfo.processInfo.environment,
            listener: -1
        )
        do {
            try Data(String(started.pid).utf8).write(to: URL(fileURLWithPath: numberPath), options: .atomic)
        } catch {
            // Without the file, only adoption by the next supervisor fails.
            logger.warning("cannot write \(numberPath): \(error.localizedDescription)")
        }
        logger.info("\(name) is started", metadata: ["pid": "\(started.pid)"])
        return started
    }
}
