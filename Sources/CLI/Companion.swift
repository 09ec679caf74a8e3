import Foundation
import Logging
import Replicas
import Supervision
import Synchronization

/// A command of this program that `tradewind up` keeps running beside the replicas of a shop.
final class Companion: Sendable {
    private let name: String
    private let data: String
    private let program: String
    private let logger: Logger
    private let process = Mutex<KeptProcess?>(nil)

    /// A companion that is not started yet.
    ///
    /// - Parameters:
    ///   - name: its name; a file of this name in DATA/run holds its process id.
    ///   - program: the path of this program.
    init(_ name: String, data: String, program: String, logger: Logger) {
        self.name = name
        self.data = data
        self.program = program
        self.logger = logger
    }

    /// Keeps the command of these words running until `close` is called.
    ///
    /// - Parameter pauses: the pauses before restarts.
    func open(
        _ words: [String],
        pauses: CrashLoop.Settings = CrashLoop.Settings(base: .milliseconds(500), cap: .seconds(30))
    ) {
        do {
            let kept = try KeptProcess(
                name,
                data: data,
                command: [program] + words,
                mark: words.joined(separator: "\0"),
                pauses: pauses,
                logger: logger
            )
            process.withLock { $0 = kept }
            kept.open()
        } catch {
            logger.error("the \(name) cannot be kept: \(error)")
        }
    }

    /// Ends it.
    func close() {
        process.withLock { $0 }?.close()
    }
}
