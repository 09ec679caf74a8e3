import Dispatch
import Logging

/// Writes the journal of faults on a thread of its own, line by line, so that a slow disk does not delay the supervisor.
final class FaultRecorder: Sendable {
    private let journal: FaultJournal
    private let logger: Logger
    private let queue = DispatchQueue(label: "faults")

    /// A recorder without lines to write.
    init(_ journal: FaultJournal, logger: Logger) {
        self.journal = journal
        self.logger = logger
    }

    /// Queues a line; an error is logged and stops no repair.
    ///
    /// Does not block.
    func record(_ body: @escaping @Sendable (FaultJournal) throws(SystemError) -> Void) {
        queue.async { [journal, logger] in
            do throws(SystemError) {
                try body(journal)
            } catch {
                logger.error("the journal of faults cannot be written: \(error)")
            }
        }
    }

    /// Blocks until all queued lines are written.
    func flush() {
        queue.sync {}
    }
}
