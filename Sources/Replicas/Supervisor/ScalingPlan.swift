import Supervision

/// By what the number of replicas follows their load.
public struct ScalingPlan: Hashable, Sendable {
    /// How often it is thought over; 15 s as in Kubernetes.
    public var interval: Duration
    /// The processors that a replica should keep busy on average.
    public var processors: Double
    /// The requests that a replica should have under way on average.
    public var inFlight: Double
    /// Before replicas are added: the lowest wish of so long counts.
    public var upWindow: Duration
    /// Before replicas are taken away: the highest wish of so long counts.
    public var downWindow: Duration

    /// A plan; Kubernetes' defaults where nothing else is said.
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

    /// The autoscaler within bounds.
    func settings(within replicas: ClosedRange<Int>) -> Autoscaler.Settings {
        let (up, down) = (ScalingRules.scaleUp, ScalingRules.scaleDown)
        return Autoscaler.Settings(
            replicas: replicas,
            up: ScalingRules(stabilisationWindow: upWindow, policies: up.policies, select: up.select),
            down: ScalingRules(stabilisationWindow: downWindow, policies: down.policies, select: down.select)
        )
    }
}
