// A restored directory is opened by a server of our own before anybody else does: it recovers to the moment, and only this process reaches it, by a socket
// in a directory of its own. It archives nothing, waits for no standby, and takes none of the settings with which the shop's server ran.

import Foundation
import LedgerPostgres
import Time

/// A PostgreSQL server over a restored directory, for this process alone.
final class RestoredServer: Sendable {
    /// Where it is reached.
    let settings: PostgresSettings
    /// A directory for files that belong to this server, removed with it.
    let scratch: String
    private let process: Process
    private let input = Pipe()

    /// Becomes a server that ends with this process, however that ends: the standard input that it was started with does.
    ///
    /// The first word is the server's directory.
    private static let keeper = """
        exec 3<&0
        (cat <&3 >/dev/null; kill -INT "$(head -n 1 "$0/postmaster.pid")") 2>/dev/null &
        exec 3<&-
        exec "$@" </dev/null
        """
    private static let port = 5432

    /// Starts a server; it may take long until it ``isReady``.
    ///
    /// - Parameters:
    ///   - directory: what pgBackRest restored.
    ///   - shop: the shop's role and database.
    init(_ directory: String, of shop: PostgresSettings) throws {
        // The path of a socket has few characters.
        var template = Array("/tmp/tradewind-restore-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BackupFailure("no directory can be made in /tmp") }
        let scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.scratch = scratch
        settings = try shop.at(socket: scratch, port: Self.port)
        try Data("local all all trust\n".utf8).write(to: URL(fileURLWithPath: scratch + "/pg_hba.conf"))
        try Data().write(to: URL(fileURLWithPath: scratch + "/postgresql.conf"))
        try Data().write(to: URL(fileURLWithPath: scratch + "/log"))
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            ["-c", Self.keeper, directory, try Self.program(for: directory), "-D", directory]
            + Self.options(scratch).flatMap { ["-c", $0] }
        process.standardInput = input
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch + "/log"))
        (process.standardOutput, process.standardError) = (log, log)
        try process.run()
    }

    /// Settings on the command line are above those of files, also of ALTER SYSTEM's file, which was restored.
    private static func options(_ scratch: String) -> [String] {
        [
            "config_file=\(scratch)/postgresql.conf", "hba_file=\(scratch)/pg_hba.conf", "listen_addresses=",
            "unix_socket_directories=\(scratch)", "unix_socket_permissions=0700", "port=\(port)", "ssl=off",
            "archive_mode=off", "archive_command=", "synchronous_standby_names=", "primary_conninfo=",
            "hot_standby=off",
            "shared_preload_libraries=", "logging_collector=off", "log_destination=stderr", "lc_messages=C",
        ]
    }

    /// The server's program of the version that wrote a directory.
    private static func program(for directory: String) throws -> String {
        guard geteuid() != 0 else {
            throw BackupFailure(
                "PostgreSQL does not run as root: run this as the user of the database's server, such as postgres"
            )
        }
        guard let version = FileManager.default.contents(atPath: directory + "/PG_VERSION") else {
            throw BackupFailure("\(directory) holds no database")
        }
        let number = String(decoding: version, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let places = ["/usr/lib/postgresql/\(number)/bin", "/usr/pgsql-\(number)/bin", "/usr/local/bin", "/usr/bin"]
        guard let found = places.map({ $0 + "/postgres" }).first(where: FileManager.default.isExecutableFile) else {
            throw BackupFailure(
                "the program postgres of version \(number) was not found in \(places.joined(separator: ", "))"
            )
        }
        return found
    }

    /// Waits until the server has recovered and takes connections.
    ///
    /// - Throws: ``BackupFailure`` with the server's words where it ends instead.
    func isReady() async throws {
        while !(await Blocking.run { [settings] in settings.isReady }) {
            guard process.isRunning else { throw BackupFailure("the restored server could not recover: \(words)") }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Why it ended, in its words.
    private var words: String {
        let log =
            FileManager.default.contents(atPath: scratch + "/log").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let fatal = log.split(separator: "\n").last { $0.contains("FATAL") || $0.contains("PANIC") }
        return fatal.map { String($0.split(separator: ":  ", maxSplits: 1).last ?? $0) } ?? "it said nothing"
    }

    /// Stops the server, so that its directory can be opened by another, and removes its own files.
    func stop() async {
        input.fileHandleForWriting.closeFile()
        await Blocking.run { [process] in process.waitUntilExit() }
        do {
            try FileManager.default.removeItem(atPath: scratch)
        } catch {
            // What is left is empty files in /tmp.
        }
    }
}
