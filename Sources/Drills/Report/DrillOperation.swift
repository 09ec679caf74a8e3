/// The outcome of a customer's operation, all attempts together.
enum DrillOutcome: UInt8, Sendable {
    /// It succeeded, and the customer received the answer.
    case done
    /// It was refused (429, 503 or 507), by contract without an effect.
    case refused
    /// The answer was not the expected one.
    case wrong
    /// No answer; its effect is found out after the drill.
    case unanswered
}

/// A failed attempt.
struct DrillFailure: Sendable {
    /// When it ended, in nanoseconds of the monotonic clock.
    var ended: Int64
    /// How long it took, in nanoseconds.
    var took: Int64
    /// Its status; 0 without an answer.
    var status: Int
}

/// A customer's operation, and its outcome.
struct DrillOperation: Sendable {
    /// Its intended start, in nanoseconds of the monotonic clock.
    var due: Int64
    /// When the last attempt ended.
    var ended: Int64
    /// How often it was tried.
    var attempts: Int
    /// Whether it was a purchase.
    var isPurchase: Bool
    /// Its outcome.
    var outcome: DrillOutcome
    /// The last status; 0 without an answer.
    var status: Int
    /// The failed attempts.
    var failures: [DrillFailure] = []

    /// From the intended start to the end of the last attempt.
    var latency: Int64 { ended - due }
}
