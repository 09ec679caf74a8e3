/// What became of something that a customer wanted, all attempts together.
enum DrillOutcome: UInt8, Sendable {
    /// It was done, and the customer was told so.
    case done
    /// It was turned away (429, 503 or 507), and by contract had no effect.
    case refused
    /// Another answer than the expected one came.
    case wrong
    /// No answer came; whether it had an effect is settled after the drill.
    case unanswered
}

/// An attempt that did not do.
struct DrillFailure: Sendable {
    /// When it was over, in nanoseconds of the monotonic clock.
    var ended: Int64
    /// How long it took, in nanoseconds.
    var took: Int64
    /// Its status; 0 without an answer.
    var status: Int
}

/// Something that a customer wanted, and what became of it.
struct DrillOperation: Sendable {
    /// When it was wanted, in nanoseconds of the monotonic clock.
    var due: Int64
    /// When the last attempt was over.
    var ended: Int64
    /// How often it was tried.
    var attempts: Int
    /// Whether something was bought.
    var isPurchase: Bool
    /// What became of it.
    var outcome: DrillOutcome
    /// The last status; 0 without an answer.
    var status: Int
    /// What each attempt that did not do came to.
    var failures: [DrillFailure] = []

    /// From the intended moment to the end of the last attempt.
    var latency: Int64 { ended - due }
}
