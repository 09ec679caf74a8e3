// HAProxy in front of the replicas, kept running. Like the replicas it outlives its supervisor, and the next supervisor adopts
// it.

import Foundation
import Logging
import Supervision

/// HAProxy, kept running.
public final class HAProxyDoor: Sendable {
    /// The ports on which replicas may listen.
    public let replicaPorts: [Int]
    /// The port that customers connect to.
    public let port: Int
    private let process: KeptProcess

    /// The longest pause before it is restarted, however often it ends.
    private static let pause = Duration.milliseconds(200)

    /// Writes the configuration, unless an HAProxy of an earlier supervisor still uses one.
    ///
    /// - Parameters:
    ///   - replicas: the most replicas at once; there are twice as many ports, since new replicas start before old ones end.
    ///   - port: 0 takes a free one.
    /// - Throws: ``SystemError`` where HAProxy is not installed, or a file cannot be written.
    public init(data: String, host: String, port: Int, replicas: Int, logger: Logger) throws(SystemError) {
        let directory = try RunDirectory(data: data).path
        guard let program = Self.candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw SystemError("find haproxy (Debian package haproxy)", code: ENOENT)
        }
        let (configurationPath, portsPath) = (directory + "/haproxy.cfg", directory + "/haproxy.ports")
        process = try KeptProcess(
            "haproxy",
            data: data,
            command: [program, "-db", "-f", configurationPath],
            mark: configurationPath,
            pauses: CrashLoop.Settings(base: Self.pause, cap: Self.pause),
            goodbye: SIGUSR1,
            logger: logger
        )
        if process.isAdopted, let ports = Self.ports(portsPath) {
            self.port = ports[0]
            replicaPorts = Array(ports.dropFirst())
            return
        }
        let free = try Self.freePorts(2 * replicas + 1)
        self.port = port == 0 ? free[0] : port
        replicaPorts = Array(free.dropFirst())
        let configuration = HAProxyConfiguration(host: host, port: self.port, replicaPorts: replicaPorts)
        try Self.write(configuration.text, to: configurationPath)
        try Self.write(([self.port] + replicaPorts).map(String.init).joined(separator: " "), to: portsPath)
    }

    private static let candidates = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy"]

    /// Starts a thread that keeps HAProxy running until `close` is called.
    public func open() { process.open() }

    /// Lets HAProxy finish its requests and end, and does not restart it.
    public func close() { process.close() }

    /// The replica ports in the configuration of an earlier supervisor's HAProxy.
    private static func ports(_ path: String) -> [Int]? {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        guard let ports = text?.split(separator: " ").compactMap({ Int($0) }), ports.count > 1 else { return nil }
        return ports
    }

    /// Ports that are free at this moment.
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
