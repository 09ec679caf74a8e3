/// An error of the environment, outside the rules.
///
/// Never a business answer: those are refusals.
public struct LedgerFailure: Error, Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What failed.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The queue is full; nothing was tried.
        case overloaded
        /// The caller's deadline passed before its batch began; nothing was tried.
        case deadlineExceeded
        /// The disk is full; nothing was changed.
        case diskFull
        /// Another process holds the store for longer than the timeout; nothing was changed.
        case busy
        /// The server of the store cannot be reached, or accepts no changes now.
        case away
        /// The store cannot be read or written.
        case io
        /// The stored data is not valid.
        case corrupt
        /// The store contradicted what was decided on its rows, by one of its constraints; nothing was changed.
        ///
        /// Either a rule is wrong, or the store is damaged.
        case contradicted
        /// The store is not one that this build, or this role of it, can use: newer, of something else, without rights; nothing was changed.
        case unsuitable
        /// The ledger was found damaged before, and is only read; nothing was changed.
        case damaged
        /// The shop is kept in another place, or has not arrived here completely; nothing was changed.
        case moved
        /// The ledger is shut down, or not open yet; nothing was tried.
        case closed
        /// The caller's lease was taken over by another holder; nothing was changed.
        case fenced
    }

    /// Whether a caller may try again.
    public enum Retry: String, Hashable, Sendable {
        /// Trying again gives the same failure.
        case never
        /// Nothing happened; trying again is safe.
        case safe
        /// It may have happened; only the idempotency record shows it.
        case unknownOutcome
    }

    /// The step that failed.
    public enum Phase: String, Hashable, Sendable {
        /// Before the store was used.
        case queue
        /// While opening a transaction.
        case begin
        /// While reading rows.
        case load
        /// While writing rows.
        case save
        /// While making the transaction durable.
        case commit
    }

    /// What failed.
    public let code: Code
    /// The step that failed.
    public let phase: Phase
    /// Whether the caller may try again.
    public let retry: Retry
    /// For the log, not for clients.
    public let detail: String

    /// A failure.
    public init(_ code: Code, phase: Phase, retry: Retry, detail: String = "") {
        self.code = code
        self.phase = phase
        self.retry = retry
        self.detail = detail
    }

    /// Safe to show to a client.
    public var description: String {
        switch code {
        case .overloaded: "the ledger has more work than it can take"
        case .deadlineExceeded: "the request's time was over before it could be decided"
        case .diskFull: "the disk is full"
        case .busy: "the ledger is busy"
        case .away: "the ledger's server cannot be reached"
        case .io: "the ledger cannot be read or written"
        case .corrupt: "the ledger holds something unreadable"
        case .contradicted: "the ledger contradicts what was decided"
        case .unsuitable: "the ledger cannot be used as it is"
        case .damaged: "the ledger is damaged, and is only read until it is restored"
        case .moved: "the shop is not kept in this ledger"
        case .closed: "the ledger is closed"
        case .fenced: "another holder has taken over"
        }
    }

    /// All details, for the log.
    public var debugDescription: String {
        "\(code.rawValue) in \(phase.rawValue) (retry: \(retry.rawValue)) \(detail)"
    }
}
