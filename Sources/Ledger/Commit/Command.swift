import JSON
import Trading

/// A change of trading state that is decided as one and is durable as one.
///
/// `decide` is deterministic: what it depends on is in the working set, time and ids included. It either changes the working
/// set and gives an outcome, or throws a refusal; what a refused command had changed is undone.
public protocol Command: Sendable {
    /// What is answered.
    associatedtype Outcome: Sendable
    /// Why it may be refused.
    associatedtype Refusal: Error, Sendable
    /// Its name in metrics and logs.
    static var name: String { get }
    /// Whether it writes down what has happened outside, which cannot be refused for what it comes to while it can be counted at all.
    static var recordsFacts: Bool { get }

    /// Names the rows that it is going to look at, as far as it knows them, with ``Rows/want(_:)``.
    ///
    /// A hint: they are loaded together with those of the whole batch, and one that is not named is loaded when it is looked at.
    func prefetch(_ set: WorkingSet)

    /// Names the rows that those lead to, once they are loaded; it may look at these, and at nothing else.
    func prefetchLinked(_ set: WorkingSet)

    /// Decides, and changes the working set.
    func decide(_ set: WorkingSet) throws(Refusal) -> Outcome
}

extension Command {
    /// It names none.
    public func prefetch(_ set: WorkingSet) {}

    /// They lead to none.
    public func prefetchLinked(_ set: WorkingSet) {}

    /// It asks for something that may be refused.
    public static var recordsFacts: Bool { false }
}

/// A command that a request with an idempotency key may carry: what it did can be told again.
public protocol IdempotentCommand: Command {
    /// What the idempotency record keeps, from which ``recall(_:_:)`` tells the outcome again.
    func receipt(for outcome: Outcome) -> [UInt8]

    /// The outcome that a receipt stands for; nil where it is no longer there.
    func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Outcome?

    /// Refuses whoever asks again and may not be told any more; comes before ``recall(_:_:)``.
    func checkRecall(_ receipt: [UInt8], _ set: WorkingSet) throws(Refusal)

    /// What takes the receipt's place when a person is erased; nil where it holds no personal data.
    func erasure(of outcome: Outcome) -> ReceiptErasure?
}

extension IdempotentCommand {
    /// Whoever sends a request again may be told.
    public func checkRecall(_ receipt: [UInt8], _ set: WorkingSet) throws(Refusal) {}

    /// It holds none.
    public func erasure(of outcome: Outcome) -> ReceiptErasure? { nil }
}

extension IdempotentCommand where Outcome: Document {
    /// The outcome's JSON.
    public func receipt(for outcome: Outcome) -> [UInt8] { outcome.document }

    /// The outcome's JSON without what is marked as personal.
    public func erasure(of outcome: Outcome) -> ReceiptErasure? {
        outcome.person.map { ReceiptErasure(person: $0, receipt: outcome.erased.document) }
    }

    /// The outcome, read back from its JSON.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Outcome? { Outcome(document: receipt) }
}

/// Names a request, so that sending it again has no second effect.
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

/// A lease under which a command may change anything; checked in the same transaction.
public struct Fence: Hashable, Sendable {
    /// The lease's name.
    public let lease: String
    /// The epoch that the holder was given.
    public let epoch: Int64

    /// A fence.
    public init(lease: String, epoch: Int64) {
        self.lease = lease
        self.epoch = epoch
    }
}

/// What a command did, durable when it is seen.
public struct Committed<Outcome: Sendable>: Sendable {
    /// The outcome.
    public let outcome: Outcome
    /// Whether an earlier request with the same key had done it.
    public let replayed: Bool
}

/// Why a command has no outcome.
public enum CommitError<Refusal: Error & Sendable>: Error, Sendable {
    /// The rules say no; nothing changed.
    case refused(Refusal)
    /// The key was used before with another body; nothing changed.
    case keyReused
    /// It would carry an account of the books beyond what can be counted; nothing changed.
    case booksFull(BalanceRow.Key)
    /// The ledger failed.
    case failed(LedgerFailure)
}

/// What becomes of a command.
package typealias CommitResult<C: Command> = Result<Committed<C.Outcome>, CommitError<C.Refusal>>
