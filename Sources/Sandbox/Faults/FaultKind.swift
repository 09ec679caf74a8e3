/// A kind of fault in a sandbox.
public enum FaultKind: String, Sendable, CaseIterable {
    /// The answer comes later, by `milliseconds` in the rule's `shape`.
    case latency
    /// No answer: the connection is held for `milliseconds` and then closed.
    ///
    /// In half of the cases the request is carried out.
    case noAnswer
    /// 500 before the request is carried out.
    case errorBefore
    /// The request is carried out, and the connection is closed instead of an answer.
    case replyLost
    /// Slow by `milliseconds` with a long tail, and half of these fail with 500 before they are carried out.
    case brownOut
    /// 503 with `Retry-After: 1`, before the request is carried out.
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
    /// A parcel cannot be delivered at first, and is delivered the day after.
    case deliveryFailed
    /// A parcel is returned to the sender after two attempts.
    case returnToSender
    /// A parcel is lost.
    case parcelLost

    /// The faults of both sandboxes: they affect requests and webhooks.
    static let common: Set<FaultKind> = [
        .latency, .noAnswer, .errorBefore, .replyLost, .brownOut, .unavailable, .disconnect, .webhookTwice,
        .webhookLate,
        .webhookLost,
    ]

    /// The value of `milliseconds` where the rule has none.
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
