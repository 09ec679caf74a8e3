import Foundation
import Logging
import Replicas
import Supervision
import Synchronization

/// The prober that `tradewind up` keeps running against its own front door.
final class ProberKeeper: Sendable {
    private let data: String
    private let program: String
    private let logger: Logger
    private let process = Mutex<KeptProcess?>(nil)

    /// A prober that is not started yet.
    ///
    /// - Parameter program: the path of this program.
    init(data: String, program: String, logger: Logger) {
        self.data = data
        self.program = program
        self.logger = logger
    }

    /// Keeps a prober running against an address until `close` is called.
    func open(at url: String) {
        let words = ["probe", "--data", data, "--url", url]
        do {
            let kept = try KeptProcess(
                "prober",
                data: data,
                command: [program] + words,
                mark: words.joined(separator: "\0"),
                pauses: CrashLoop.Settings(base: .milliseconds(500), cap: .seconds(30)),
                logger: logger
            )
            process.withLock { $0 = kept }
            kept.open()
        } catch {
            logger.error("the prober cannot be kept: \(error)")
        }
    }

    /// Ends it.
    func close() {
        process.withLock { $0 }?.close()
    }
}
