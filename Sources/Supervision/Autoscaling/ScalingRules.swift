import Ranges

/// How fast replicas may be added or removed, and how long recommendations are observed before that.
public struct ScalingRules: Hashable, Sendable {
    /// The time over which the most cautious recommendation counts.
    public let stabilisationWindow: Duration
    /// The changes allowed within a period; at least one policy.
    public let policies: [Policy]
    /// Which of the policies counts.
    public let select: Select

    /// Bounds of the window and of each period.
    public static let bounds = Duration.zero...Duration.seconds(3600)

    /// Rules from their parts.
    public init(stabilisationWindow: Duration, policies: [Policy], select: Select = .max) {
        self.stabilisationWindow = Self.bounds.holding(stabilisationWindow, "stabilisationWindow")
        precondition(!policies.isEmpty, "rules need a policy")
        self.policies = policies
        self.select = select
    }

    /// The most that may change within a period.
    public struct Policy: Hashable, Sendable {
        /// The most.
        public let amount: Amount
        /// The time within which all changes are added up.
        public let period: Duration

        /// A policy from its parts.
        public init(_ amount: Amount, per period: Duration) {
            self.amount = amount
            self.period = ScalingRules.bounds.holding(period, "period")
        }

        /// How much may change.
        public enum Amount: Hashable, Sendable {
            /// This many replicas.
            case replicas(Int)
            /// This many percent of the replicas that existed at the start of the period.
            case percent(Int)
        }
    }

    /// Which of several policies counts.
    public enum Select: String, Hashable, Sendable, CaseIterable {
        /// The one that allows the greatest change.
        case max
        /// The one that allows the smallest change.
        case min
        /// None: there is no change in this direction.
        case disabled
    }

    /// Kubernetes' default for adding: without delay, and within 15 s at most twice as many or four more, whichever is more.
    public static let scaleUp = ScalingRules(
        stabilisationWindow: .zero,
        policies: [Policy(.percent(100), per: .seconds(15)), Policy(.replicas(4), per: .seconds(15))]
    )

    /// Kubernetes' default for removing: down to the highest recommendation of the last five minutes.
    public static let scaleDown = ScalingRules(
        stabilisationWindow: .seconds(300),
        policies: [Policy(.percent(100), per: .seconds(15))]
    )
}
