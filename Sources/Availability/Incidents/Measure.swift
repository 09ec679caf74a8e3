/// Something that whoever supervises a service did of itself, and that no part of it failed for: a restraint, the reserve that was freed.
public struct Measure: Hashable, Sendable, Codable {
    /// When it began.
    public let at: Moment
    /// Whom it is about, as in `replica-1` or `machine`.
    public let subject: String
    /// By which policy, as in `disk-almost-full`.
    public let policy: String
    /// What was seen, in words.
    public let cause: String
    /// What was done about it, in words.
    public let action: String
    /// When it was over; nil while it is in force, and where its end was not noted.
    public var over: Moment?
    /// What came of it, in words.
    public var result: String?

    /// A measure.
    public init(
        at: Moment,
        subject: String,
        policy: String,
        cause: String,
        action: String,
        over: Moment? = nil,
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
