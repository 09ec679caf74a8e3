import ArgumentParser
import Logging
import Server

/// The log of a process, on standard error.
enum ProcessLog {
    /// A logger of the configured format.
    ///
    /// - Parameter level: the name of a level that was checked.
    static func logger(_ settings: ServerSettings, level: String) -> Logger {
        let format = LogFormat(rawValue: settings.logFormat) ?? .text
        var logger = Logger(label: "tradewind") { LineLogHandler($0, format) }
        logger.logLevel = Logger.Level(rawValue: level) ?? .info
        return logger
    }

    /// Refuses what is no level.
    static func check(level: String) throws {
        guard Logger.Level(rawValue: level) != nil else {
            throw ValidationError("--log-level takes \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }
}
