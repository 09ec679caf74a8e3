import JSON
import Trading

/// A change of trading state that is decided and committed as a whole.
///
/// `decide` is deterministic: all that it depends on is in the working set, including time and ids. It either changes the working
/// set and returns an outcome, or throws a refusal; the changes of a refused command are undone. Commands run on the committer's
/// thread, inside the batch's transaction; they must not block or call anything outside.
public protocol Command: Sendable {
    /// The result of the command.
    associatedtype Outcome: Sendable
    /// Why it may be refused.
    associatedtype Refusal: Error, Sendable
    /// Its name in metrics and logs.
    static var name: String { get }
    /// Whether it records facts from outside.
    ///
    /// Such a command is not refused for the limit of a balance, only for overflow.
    static var recordsFacts: Bool { get }

    /// Names the rows that it will look at, as far as it knows them, with ``Rows/want(_:)``.
    ///
    /// A hint: they are loaded together with those of the whole batch, in one round trip for each table; a row that is not named
    /// is loaded when it is first looked at.
    func prefetch(_ set: WorkingSet)

    /// Names the rows that the first ones lead to, once these are loaded; may look at the rows named by `prefetch` only.
    func prefetchLinked(_ set: WorkingSet)

    /// Decides, and changes the working set.
    ///
    /// - Throws: the refusal; its changes of the working set are undone.
    func decide(_ set: WorkingSet) throws(Refusal) -> Outcome
}

extension Command {
    /// Names no rows.
    public func prefetch(_ set: WorkingSet) {}

    /// Names no rows.
    public func prefetchLinked(_ set: WorkingSet) {}

    /// False: it asks for something that may be refused.
    public static var recordsFacts: Bool { false }
}

/// A command for requests with an idempotency key: its outcome can be reconstructed.
public protocol IdempotentCommand: Command {
    /// The part of the outcome that the idempotency record stores, from which ``recall(_:_:)`` reconstructs it.
    func receipt(for outcome: Outcome) -> [UInt8]

    /// The outcome for a stored receipt; nil where it does not exist any more.
    func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Outcome?

    /// Refuses a repeated request whose sender may not see the outcome any more; called before ``recall(_:_:)``.
    func checkRecall(_ receipt: [UInt8], _ set: WorkingSet) throws(Refusal)

    /// The receipt's replacement after a person's erasure; nil where it contains no personal data.
    func erasure(of outcome: Outcome) -> ReceiptErasure?
}

extension IdempotentCommand {
    /// Allows every repeated request.
    public func checkRecall(_ receipt: [UInt8], _ set: WorkingSet) throws(Refusal) {}

    /// Nil: no personal data.
    public func erasure(of outcome: Outcome) -> ReceiptErasure? { nil }
}

extension IdempotentCommand where Outcome: Document {
    /// The outcome's JSON.
    public func receipt(for outcome: Outcome) -> [UInt8] { outcome.document }

    /// The outcome's JSON without personal data.
    public func erasure(of outcome: Outcome) -> ReceiptErasure? {
        outcome.person.map { ReceiptErasure(person: $0, receipt: outcome.erased.document) }
    }

    /// The outcome, read from its JSON.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Outcome? { Outcome(document: receipt) }
}

/// Identifies a request, so that repeating it has no second effect.
public struct IdempotencyKey: Hashable, Sendable {
    /// The digest of the client's key, its credential and the route.
    public let digest: Bits128
    /// The digest of the body.
    public let fingerprint: Int64

    /// A key from its digests.
    public init(digest: Bits128, fingerprint: Int64) {
        self.digest = digest
        self.fingerprint = fingerprint
    }
}

/// A lease that must be held for a command to change anything; checked in the same transaction.
public struct Fence: Hashable, Sendable {
    /// The lease's name.
    public let lease: String
    /// The epoch of the holder's lease.
    public let epoch: Int64

    /// A fence.
    public init(lease: String, epoch: Int64) {
        self.lease = lease
        self.epoch = epoch
    }
}

/// The result of a durable command.
public struct Committed<Outcome: Sendable>: Sendable {
    /// The outcome.
    public let outcome: Outcome
    /// Whether an earlier request with the same key had the effect.
    public let replayed: Bool
}

/// Why a command has no outcome.
public enum CommitError<Refusal: Error & Sendable>: Error, Sendable {
    /// The rules refuse it; nothing was changed.
    ///
    /// Trying again may help if the state changes.
    case refused(Refusal)
    /// The key was used with another body; nothing was changed.
    ///
    /// Trying again does not help.
    case keyReused
    /// An account of the books would exceed its limit; nothing was changed.
    case booksFull(BalanceRow.Key)
    /// The ledger failed; `retry` says whether the command may be tried again.
    case failed(LedgerFailure)
}

/// The result of a command.
package typealias CommitResult<C: Command> = Result<Committed<C.Outcome>, CommitError<C.Refusal>>
