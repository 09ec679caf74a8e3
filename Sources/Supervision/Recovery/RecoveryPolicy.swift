/// One rule of repair: its condition, its action, and its rate limit.
public struct RecoveryPolicy: Sendable {
    /// Its name, which is stable.
    public let name: String
    /// When it applies, in words.
    public let condition: String
    /// What is done.
    public let action: Action
    /// The rate limit over all subjects together.
    public let limit: Limit
    /// How long this policy does not fire for a subject after a firing for it has ended.
    public let coolDown: Duration
    /// The observation in words if the policy applies; nil if not.
    let cause: @Sendable (RecoveryObservation) -> String?

    /// A policy from its parts; `cause` returns the observation in words if the condition holds, and nil if not.
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

    /// Whether the condition holds.
    public func applies(to observation: RecoveryObservation) -> Bool {
        cause(observation) != nil
    }

    /// A number of firings within a period.
    public struct Limit: Hashable, Sendable {
        /// The most firings.
        public let count: Int
        /// The period.
        public let period: Duration

        /// A limit from its parts.
        public init(_ count: Int, per period: Duration) {
            self.count = count
            self.period = period
        }
    }

    /// The possible actions; raw values are stable.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// Kill the replica, and start another.
        case restart
        /// Start another replica; when it serves, drain this one.
        case recycle
        /// Let the replica accept no new connections until it is no longer suspect.
        case drain
        /// Refuse the requests of the lowest tiers.
        case shed
        /// Do not restart the component's workers that fail.
        case pauseComponent
        /// Refuse writes, except those about money that has already moved.
        case readOnly
        /// Delete the file that reserves disk space for an emergency.
        case freeDiskReserve
        /// Bring the number of replicas to what the autoscaler wants.
        case scale
        /// Warn: no action would help yet without doing harm.
        case warn

        /// Whether it takes a replica out of service; one such action at a time is allowed for a subject.
        public var isDisruptive: Bool {
            switch self {
            case .restart, .recycle, .drain: true
            case .shed, .pauseComponent, .readOnly, .freeDiskReserve, .scale, .warn: false
            }
        }
    }
}
