// Faults that a drill injects inside a server because they cannot be injected from outside. Never set in production.

extension Setting {
    /// The settings of drills, in the order of the table.
    static let faults: [Setting] = [.faultErrors, .faultDelay, .faultPoison, .faultSync, .faultLeak]

    static let faultErrors = Setting(
        "faults.error-percent",
        0,
        in: 0...100,
        "%",
        "for drills: the share of requests that are answered with 500"
    )
    static let faultDelay = Setting(
        "faults.answer-delay",
        0,
        in: 0...10_000,
        "ms",
        "for drills: how much longer every request is under way"
    )
    static let faultPoison = Setting(
        "faults.poison",
        .text("", .path),
        "for drills: a request whose path ends with this ends the process"
    )
    static let faultSync = Setting(
        "faults.sync-delay",
        0,
        in: 0...10_000,
        "ms",
        "for drills: how much longer every sync of the log takes"
    )
    static let faultLeak = Setting(
        "faults.leak",
        0,
        in: 0...10_000,
        "MiB/s",
        "for drills: memory that is taken and never given back"
    )
}
