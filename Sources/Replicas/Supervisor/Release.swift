// A program and its settings, as they were when the release was first started. The supervisor keeps both: the program by a
// descriptor and the settings by a copy, so that a rollback works although both files have been replaced meanwhile.

import CProcess
import Foundation

/// The program and settings that replicas are started from.
struct Release: Sendable {
    /// Counted from 1, and continued by later supervisors.
    let number: Int
    /// The program's path when the release was made.
    let path: String
    /// The arguments, without the program's name.
    private let arguments: [String]
    private let program: Descriptor

    /// The name of the release in plans and logs.
    var name: String { Self.name(number) }

    /// The name of a release.
    static func name(_ number: Int) -> String { "r\(number)" }

    /// Opens a program and copies its settings.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - arguments: the replicas' arguments, besides their number and the path of their settings.
    ///   - settings: a settings file, which is copied.
    /// - Throws: ``SystemError`` where one of them cannot be read, or the program is not executable.
    init(
        number: Int,
        path: String,
        arguments: [String],
        settings: String?,
        run: RunDirectory
    ) throws(SystemError) {
        self.number = number
        self.path = path
        program = Descriptor(try system("open \(path)") { tradewind_path_open(path, 0) })
        try system("start \(path)") { access(path, X_OK) }
        // The script's interpreter would have to open a descriptor that is already closed by then.
        if Self.isScript(path) { throw SystemError("start \(path), which is a script", code: ENOEXEC) }
        var arguments = arguments
        if let settings {
            let copy = run.settings(ofRelease: number)
            try Self.copy(settings, to: copy)
            arguments += ["--config", copy]
        }
        self.arguments = arguments
    }

    private static func isScript(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var start: [UInt8] = [0, 0]
        return read(file, &start, 2) == 2 && start == Array("#!".utf8)
    }

    private static func copy(_ source: String, to target: String) throws(SystemError) {
        guard let bytes = FileManager.default.contents(atPath: source) else { throw SystemError("read \(source)") }
        unlink(target)
        let file = Descriptor(
            try system("write \(target)") { open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        )
        let all = Array(bytes)
        let count = try system("write \(target)") { write(file.number, all, all.count) }
        guard count == all.count else { throw SystemError("write \(target)", code: ENOSPC) }
    }

    /// Starts a replica.
    ///
    /// - Throws: ``SystemError`` where the system cannot spawn a process; it may be tried again.
    func spawn(_ place: ReplicaPlace, listener: CInt) throws(SystemError) -> ReplicaProcess {
        var environment = ProcessInfo.processInfo.environment
        for name in ServiceManager.variables { environment[name] = nil }
        environment["LISTEN_FDS"] = "1"
        environment["LISTEN_FDNAMES"] = "http"
        // Swift's own backtrace would stop a crashed process, with its connections open, while it is made. A core tells more.
        environment["SWIFT_BACKTRACE"] = environment["SWIFT_BACKTRACE"] ?? "enable=no"
        // Started by the descriptor, so that it is this program whatever file is at its path now.
        return try ReplicaProcess.spawn(
            "/proc/self/fd/\(program.number)",
            [path] + arguments + ["--replica", String(place.id.number), "--release", String(number)],
            environment: environment,
            listener: listener
        )
    }
}
