import Supervision

/// How the number of replicas follows the load.
public struct ScalingPlan: Hashable, Sendable {
    /// The interval between decisions; 15 s as in Kubernetes.
    public var interval: Duration
    /// The target of processors in use per replica, on average.
    public var processors: Double
    /// The target of requests in progress per replica, on average.
    public var inFlight: Double
    /// Before replicas are added: the lowest recommendation within this time counts.
    public var upWindow: Duration
    /// Before replicas are removed: the highest recommendation within this time counts.
    public var downWindow: Duration

    /// A plan; by default with Kubernetes' values.
    public init(
        interval: Duration = .seconds(15),
        processors: Double = 0.7,
        inFlight: Double = 64,
        upWindow: Duration = ScalingRules.scaleUp.stabilisationWindow,
        downWindow: Duration = ScalingRules.scaleDown.stabilisationWindow
    ) {
        self.interval = interval
        self.processors = processors
        self.inFlight = inFlight
        self.upWindow = upWindow
        self.downWindow = downWindow
    }

    /// The autoscaler's settings for a range of replicas.
    func settings(within replicas: ClosedRange<Int>) -> Autoscaler.Settings {
        let (up, down) = (ScalingRules.scaleUp, ScalingRules.scaleDown)
        return Autoscaler.Settings(
            replicas: replicas,
            up: ScalingRules(stabilisationWindow: upWindow, policies: up.policies, select: up.select),
            down: ScalingRules(stabilisationWindow: downWindow, policies: down.policies, select: down.select)
        )
    }
}
