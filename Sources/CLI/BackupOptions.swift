import ArgumentParser
import Backups
import Foundation
import Logging
import Server

/// A shop and the places of its archive, for the commands of backups.
struct BackupOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    func validate() throws {
        try ProcessLog.check(level: logLevel)
    }

    /// Runs `body` with the shop's places, and closes them.
    ///
    /// - Parameter place: another place than those of the settings.
    func withPlaces(
        _ place: String? = nil,
        _ body: (ServerSettings, BackupPlaces) async throws -> Void
    ) async throws {
        do {
            let settings = try await data.settings()
            let places = try settings.openBackupPlaces(place)
            do {
                try await body(settings, places)
            } catch {
                await places.close()
                throw error
            }
            await places.close()
        } catch let code as ExitCode {
            throw code
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }

    /// Runs `body` with the backups of a shop on PostgreSQL; false for a shop in a file.
    ///
    /// - Parameter refused: options of the command that are for a shop in a file.
    func withDatabase(
        refusing refused: [String] = [],
        _ body: (DatabaseBackups) async throws -> Void
    ) async throws -> Bool {
        do {
            guard let backups = try await data.settings().databaseBackups else { return false }
            if let option = refused.first {
                throw BackupFailure("\(option) is for a shop in a file, not for one on PostgreSQL")
            }
            try await body(backups)
            return true
        } catch let code as ExitCode {
            throw code
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }

    /// The log of a process, on standard error.
    func logger(_ settings: ServerSettings) -> Logger { ProcessLog.logger(settings, level: logLevel) }
}
