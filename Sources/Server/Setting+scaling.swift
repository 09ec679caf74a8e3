// How the number of replicas follows the load, where `tradewind up` has a minimum and a maximum that differ.

extension Setting {
    /// The settings of the autoscaler, in the order of the table.
    static let scaling: [Setting] = [.scalingInterval, .scalingProcessors, .scalingInFlight, .scalingUp, .scalingDown]

    static let scalingInterval = Setting(
        "scaling.interval",
        15,
        in: 1...3600,
        "s",
        "how often the number of replicas is thought over"
    )
    static let scalingProcessors = Setting(
        "scaling.cpu",
        70,
        in: 1...10_000,
        "%",
        "the share of a processor that a replica should keep busy on average"
    )
    static let scalingInFlight = Setting(
        "scaling.in-flight",
        64,
        in: 1...100_000,
        "requests",
        "the requests that a replica should have under way on average"
    )
    static let scalingUp = Setting(
        "scaling.up-window",
        0,
        in: 0...3600,
        "s",
        "before replicas are added: the lowest number wanted within this time counts"
    )
    static let scalingDown = Setting(
        "scaling.down-window",
        300,
        in: 0...3600,
        "s",
        "before replicas are taken away: the highest number wanted within this time counts"
    )
}
