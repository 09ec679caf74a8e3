// A release is a program and its settings as they were when it was first started. Both are held on to: the program by a descriptor and
// the settings by a copy, so that going back to a release works although both files have been replaced meanwhile.

import CProcess
import Foundation

/// What replicas are started from.
struct Release: Sendable {
    /// Counted from 1, and on by the supervisors that follow.
    let number: Int
    /// Where the program was.
    let path: String
    /// What it is told, without its name.
    private let arguments: [String]
    private let program: Descriptor

    /// The name by which it is planned with.
    var name: String { Self.name(number) }

    /// The name of a release.
    static func name(_ number: Int) -> String { "r\(number)" }

    /// Takes hold of a program and its settings.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - arguments: what replicas are told, besides who they are and where their settings are.
    ///   - settings: a file with settings, which is copied.
    /// - Throws: ``SystemError`` where one of them cannot be read, or the program not be started.
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
        // Its interpreter would have to open a descriptor that is closed by then.
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
    func spawn(_ place: ReplicaPlace, listener: CInt) throws(SystemError) -> ReplicaProcess {
        var environment = ProcessInfo.processInfo.environment
        for name in ServiceManager.variables { environment[name] = nil }
        environment["LISTEN_FDS"] = "1"
        environment["LISTEN_FDNAMES"] = "http"
        // A backtrace of Swift's own stops a crashed process, with its connections open, for as long as that takes. Its core tells more.
        environment["SWIFT_BACKTRACE"] = environment["SWIFT_BACKTRACE"] ?? "enable=no"
        // By the descriptor, so that it is this very program whatever stands at its path by now.
        return try ReplicaProcess.spawn(
            "/proc/self/fd/\(program.number)",
            [path] + arguments + ["--replica", String(place.id.number), "--release", String(number)],
            environment: environment,
            listener: listener
        )
    }
}
