/// What can go wrong in a sandbox.
public enum FaultKind: String, Sendable, CaseIterable {
    /// The answer comes later, by `milliseconds` in the rule's `shape`.
    case latency
    /// No answer: the connection is held for `milliseconds` and then closed. In half of the cases it was done.
    case noAnswer
    /// 500, before anything is done.
    case errorBefore
    /// It is done, and the connection is closed instead of an answer.
    case replyLost
    /// Slow by `milliseconds` with a long tail, and half of these fail with 500 before anything is done.
    case brownOut
    /// 503 with `Retry-After: 1`, before anything is done.
    case unavailable
    /// The connection is closed at once.
    case disconnect
    /// A webhook comes twice.
    case webhookTwice
    /// A webhook comes `milliseconds` later, and so after others.
    case webhookLate
    /// A webhook never comes.
    case webhookLost
    /// A charge is pending at first, and succeeds `milliseconds` later.
    case lateSuccess
    /// A charge is declined.
    case decline
    /// A parcel cannot be handed over at first, and is the day after.
    case deliveryFailed
    /// A parcel goes back to the sender after two attempts.
    case returnToSender
    /// A parcel is lost.
    case parcelLost

    /// Those of either sandbox: they strike requests and webhooks.
    static let common: Set<FaultKind> = [
        .latency, .noAnswer, .errorBefore, .replyLost, .brownOut, .unavailable, .disconnect, .webhookTwice,
        .webhookLate,
        .webhookLost,
    ]

    /// What `milliseconds` is where the rule does not say.
    var fallbackMilliseconds: Int {
        switch self {
        case .latency: 200
        case .noAnswer: 30_000
        case .brownOut: 1000
        case .webhookLate: 500
        case .lateSuccess: 2000
        default: 0
        }
    }
}
