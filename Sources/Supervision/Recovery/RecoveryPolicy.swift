/// One rule of repair: what must be so, what is then done, and how often at most.
public struct RecoveryPolicy: Sendable {
    /// Its name, which is stable.
    public let name: String
    /// When it applies, in words.
    public let condition: String
    /// What is done.
    public let action: Action
    /// The most firings within a time, of all subjects together.
    public let limit: Limit
    /// How long a subject is left alone by this policy after a firing has ended.
    public let coolDown: Duration
    /// What was seen, if it applies; nil if not.
    let cause: @Sendable (RecoveryObservation) -> String?

    /// A policy from its parts; `cause` says what was seen if the condition holds, and nil if not.
    public init(
        name: String,
        condition: String,
        action: Action,
        limit: Limit,
        coolDown: Duration,
        cause: @escaping @Sendable (RecoveryObservation) -> String?
    ) {
        precondition(limit.count >= 1 && limit.period > .zero && coolDown >= .zero, "a policy fires now and then")
        self.name = name
        self.condition = condition
        self.action = action
        self.limit = limit
        self.coolDown = coolDown
        self.cause = cause
    }

    /// Whether it applies.
    public func applies(to observation: RecoveryObservation) -> Bool {
        cause(observation) != nil
    }

    /// So many firings within a time.
    public struct Limit: Hashable, Sendable {
        /// The most firings.
        public let count: Int
        /// The time.
        public let period: Duration

        /// A limit from its parts.
        public init(_ count: Int, per period: Duration) {
            self.count = count
            self.period = period
        }
    }

    /// What can be done; the raw value is stable.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// Kill the replica, and start another.
        case restart
        /// Start another replica; when it serves, drain this one.
        case recycle
        /// Let the replica take no new connections until it is trusted again.
        case drain
        /// Refuse the requests of the lowest tiers.
        case shed
        /// Let those of a component's workers that fail rest.
        case pauseComponent
        /// Refuse what writes, but for what has to do with money that has moved.
        case readOnly
        /// Delete the file that keeps space for an emergency.
        case freeDiskReserve
        /// Bring the number of replicas to what the autoscaler wants.
        case scale
        /// Say so: there is nothing to be done about it yet that would not do harm.
        case warn

        /// Whether it takes a replica out of service, so that one of these at a time is enough for a subject.
        public var isDisruptive: Bool {
            switch self {
            case .restart, .recycle, .drain: true
            case .shed, .pauseComponent, .readOnly, .freeDiskReserve, .scale, .warn: false
            }
        }
    }
}
