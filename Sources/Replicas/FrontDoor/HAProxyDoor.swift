// HAProxy before the replicas: started, watched and, where it ends, started again, on a thread of its own. Like the replicas it outlives
// its supervisor, and the next one adopts it.

import CProcess
import Foundation
import Logging
import Synchronization

/// HAProxy, kept alive.
public final class HAProxyDoor: Sendable {
    /// Where replicas may listen.
    public let replicaPorts: [Int]
    /// The port that customers connect to.
    public let port: Int
    private let program: String
    private let directory: String
    private let logger: Logger
    private let stopped = Atomic<Bool>(false)
    private let process: Mutex<ReplicaProcess?>

    /// After it has ended, it is started again no sooner than this.
    private static let pause = Duration.milliseconds(200)

    private var configurationPath: String { directory + "/haproxy.cfg" }
    private var numberPath: String { directory + "/haproxy.pid" }

    /// Writes the configuration, unless an HAProxy of an earlier supervisor still works by one.
    ///
    /// - Parameters:
    ///   - replicas: the most replicas at once; there are twice as many ports, for those that come before others go.
    ///   - port: 0 takes a free one.
    /// - Throws: ``SystemError`` where HAProxy is not installed, or a file cannot be written.
    public init(data: String, host: String, port: Int, replicas: Int, logger: Logger) throws(SystemError) {
        let run = try RunDirectory(data: data)
        directory = run.path
        self.logger = logger
        guard let program = Self.candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw SystemError("find haproxy (Debian package haproxy)", code: ENOENT)
        }
        self.program = program
        if let (process, ports) = Self.adopt(directory) {
            self.process = Mutex(process)
            self.port = ports[0]
            replicaPorts = Array(ports.dropFirst())
            logger.notice("haproxy is adopted", metadata: ["pid": "\(process.pid)"])
            return
        }
        process = Mutex(nil)
        let free = try Self.freePorts(2 * replicas + 1)
        self.port = port == 0 ? free[0] : port
        replicaPorts = Array(free.dropFirst())
        let configuration = HAProxyConfiguration(host: host, port: self.port, replicaPorts: replicaPorts)
        try Self.write(configuration.text, to: configurationPath)
        try Self.write(
            ([self.port] + replicaPorts).map(String.init).joined(separator: " "),
            to: directory + "/haproxy.ports"
        )
    }

    private static let candidates = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy"]

    /// Keeps it running until it is closed.
    public func open() {
        let thread = Thread { self.watch() }
        thread.name = "haproxy"
        thread.start()
    }

    /// Lets it finish what it has, and starts it no more.
    public func close() {
        stopped.store(true, ordering: .sequentiallyConsistent)
        process.withLock { $0 }?.signal(SIGUSR1)
        unlink(numberPath)
    }

    private func watch() {
        while !stopped.load(ordering: .sequentiallyConsistent) {
            do {
                let living = try process.withLock { (process) throws(SystemError) in
                    if let process { return process }
                    let started = try start()
                    process = started
                    return started
                }
                while !living.ends(within: .seconds(1)) {
                    if stopped.load(ordering: .sequentiallyConsistent) { return }
                }
                let ending = living.reap()
                process.withLock { $0 = nil }
                if stopped.load(ordering: .sequentiallyConsistent) { return }
                logger.error("haproxy crashed: it is started again", metadata: ["cause": "\(ending)"])
            } catch {
                logger.error("haproxy cannot be started: \(error)")
            }
            usleep(UInt32(Self.pause / .microseconds(1)))
        }
    }

    private func start() throws(SystemError) -> ReplicaProcess {
        let started = try ReplicaProcess.spawn(
            program,
            [program, "-db", "-f", configurationPath],
            environment: ProcessInfo.processInfo.environment,
            listener: -1
        )
        try Self.write(String(started.pid), to: numberPath)
        logger.info("haproxy is started", metadata: ["pid": "\(started.pid)", "port": "\(port)"])
        return started
    }

    /// What an earlier supervisor left: an HAProxy that runs by the configuration of this directory.
    private static func adopt(_ directory: String) -> (ReplicaProcess, [Int])? {
        func text(_ name: String) -> String? {
            FileManager.default.contents(atPath: directory + "/" + name).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let pid = text("haproxy.pid").flatMap({ pid_t($0) }),
            let ports = text("haproxy.ports")?.split(separator: " ").compactMap({ Int($0) }), ports.count > 1,
            let process = try? ReplicaProcess.adopting(pid, startTime: nil),
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"),
            String(decoding: line, as: UTF8.self).contains(directory + "/haproxy.cfg")
        else { return nil }
        return (process, ports)
    }

    /// Ports that nobody listens at, now.
    private static func freePorts(_ count: Int) throws(SystemError) -> [Int] {
        var sockets: [ListeningSocket] = []
        defer { for socket in sockets { Foundation.close(socket.descriptor) } }
        for _ in 0..<count { sockets.append(try ListeningSocket.bind(host: "127.0.0.1", port: 0)) }
        return sockets.map(\.port)
    }

    private static func write(_ text: String, to path: String) throws(SystemError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw SystemError("write \(path)", code: EIO)
        }
    }
}
