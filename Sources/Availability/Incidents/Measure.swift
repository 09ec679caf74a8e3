/// An action that the supervisor took by itself although no component had failed: a restraint, or freeing the disk reserve.
public struct Measure: Hashable, Sendable, Codable {
    /// When it began.
    public let at: Timestamp
    /// What it concerns, such as `replica-1` or `machine`.
    public let subject: String
    /// The recovery policy that asked for it, such as `disk-almost-full`.
    public let policy: String
    /// What was observed, in words.
    public let cause: String
    /// The action, in words.
    public let action: String
    /// When it ended; nil while it is in force, or where its end was not recorded.
    public var over: Timestamp?
    /// Its result, in words.
    public var result: String?

    /// A measure.
    public init(
        at: Timestamp,
        subject: String,
        policy: String,
        cause: String,
        action: String,
        over: Timestamp? = nil,
        result: String? = nil
    ) {
        self.at = at
        self.subject = subject
        self.policy = policy
        self.cause = cause
        self.action = action
        self.over = over
        self.result = result
    }
}
