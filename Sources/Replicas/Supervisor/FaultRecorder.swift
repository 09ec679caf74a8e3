import Dispatch
import Logging

/// Writes the journal of faults on a thread of its own, line after line: a disk that is slow must not keep the supervisor from its work.
final class FaultRecorder: Sendable {
    private let journal: FaultJournal
    private let logger: Logger
    private let queue = DispatchQueue(label: "faults")

    /// Nothing is written yet.
    init(_ journal: FaultJournal, logger: Logger) {
        self.journal = journal
        self.logger = logger
    }

    /// Notes something; a journal that cannot be written stops no repair, and is said to.
    func record(_ body: @escaping @Sendable (FaultJournal) throws(SystemError) -> Void) {
        queue.async { [journal, logger] in
            do throws(SystemError) {
                try body(journal)
            } catch {
                logger.error("the journal of faults cannot be written: \(error)")
            }
        }
    }

    /// Waits until everything is written.
    func flush() {
        queue.sync {}
    }
}
