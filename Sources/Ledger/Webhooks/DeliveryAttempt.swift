import Trading

/// The result of a message: the receiver's answer, or why there was none.
public enum DeliveryAnswer: Hashable, Sendable {
    /// An HTTP status, with the pause in seconds that the receiver asked for.
    case status(Int, retryAfter: Int64? = nil)
    /// No answer.
    case none(DeliveryFailure)

    /// Whether the receiver has the message: any status from 200 to 299.
    public var isAcknowledged: Bool {
        if case .status(200...299, _) = self { true } else { false }
    }

    /// Whether the receiver wants no more messages: 410 (Gone).
    public var isGone: Bool {
        if case .status(410, _) = self { true } else { false }
    }

    /// The pause in seconds that the receiver asked for.
    public var retryAfterSeconds: Int64? {
        if case .status(_, let seconds) = self { seconds } else { nil }
    }
}

/// Why there was no answer; names are stored in the ledger.
public enum DeliveryFailure: String, Hashable, Sendable, CaseIterable {
    /// The host name has no address.
    case unknownHost
    /// An address of the host is private, and private ones are not called.
    case privateAddress
    /// No connection could be opened.
    case connect
    /// The certificate is not valid, or there is no common encryption.
    case tls
    /// The answer did not come in time.
    case timeout
    /// The connection broke before the answer.
    case reset
    /// The answer is not HTTP.
    case nonsense
}

/// Why a message was sent; numbers are stored in the ledger.
public enum DeliveryOrigin: Int64, Hashable, Sendable, CaseIterable {
    /// A new event.
    case live = 1
    /// A replay of an event.
    case replay = 2
    /// A test message.
    case test = 3

    /// The name in the API.
    public var name: String {
        switch self {
        case .live: "live"
        case .replay: "replay"
        case .test: "test"
        }
    }
}

/// One sent message, and its result.
public struct DeliveryAttempt: Hashable, Sendable {
    /// The message's id, equal whenever the event is sent.
    public var message: String
    /// The event's number; nil for a test.
    public var event: Int64?
    /// The message's type, as in `order.placed`.
    public var type: String
    /// Why it was sent.
    public var origin: DeliveryOrigin
    /// When.
    public var at: Timestamp
    /// How long the answer took, in milliseconds.
    public var milliseconds: Int64
    /// The result.
    public var answer: DeliveryAnswer

    /// An attempt.
    public init(
        message: String,
        event: Int64?,
        type: String,
        origin: DeliveryOrigin,
        at: Timestamp,
        milliseconds: Int64,
        answer: DeliveryAnswer
    ) {
        self.message = message
        self.event = event
        self.type = type
        self.origin = origin
        self.at = at
        self.milliseconds = milliseconds
        self.answer = answer
    }
}
