// A drill shows what a fault costs once it has happened, not how often it happens. Together with a stated rate for each kind of
// fault, drills predict the availability of a year:
//
//     availability = 1 − Σ rate · E[bad seconds of one fault]
//
// The prediction is as good as the rates. They are listed with their source and shown with the result.

/// The assumed rate of a kind of fault.
public struct FaultPrior: Hashable, Sendable, Codable {
    /// The kind of fault.
    public let name: String
    /// How many a year.
    public let perYear: Double

    /// A prior.
    public init(_ name: String, perYear: Double) {
        precondition(perYear >= 0, "nothing happens less often than never")
        self.name = name
        self.perYear = perYear
    }

    /// The rates that Tradewind assumes where the operator states none: assumptions, not measurements.
    ///
    /// A process crashes once a week, a node fails twice a year, 1 % of disks a year, five deploys a week, a zone once a year.
    public static let assumed = [
        FaultPrior("process", perYear: 365.25 / 7),
        FaultPrior("node", perYear: 2),
        FaultPrior("disk", perYear: 0.01),
        FaultPrior("deploy", perYear: 5 * 365.25 / 7),
        FaultPrior("zone", perYear: 1),
    ]
}

/// What one kind of fault adds to the prediction.
public struct PredictedLoss: Hashable, Sendable, Codable {
    /// How often the fault is taken to happen.
    public let prior: FaultPrior
    /// Bad seconds of one such fault, as its drills measured them.
    public let badSeconds: Estimate
    /// Bad seconds a year.
    public let badSecondsPerYear: Estimate

    /// A kind of fault with what its drills measured.
    public init(_ prior: FaultPrior, badSeconds: Estimate) {
        self.prior = prior
        self.badSeconds = badSeconds
        func yearly(_ seconds: Double?) -> Double? { seconds.map { $0 * prior.perYear } }
        badSecondsPerYear = Estimate(
            yearly(badSeconds.value),
            Interval(lower: yearly(badSeconds.lower), upper: yearly(badSeconds.upper))
        )
    }
}

/// What drills and stated fault rates predict.
public struct PredictedAvailability: Hashable, Sendable, Codable {
    /// The losses that it adds up.
    public let losses: [PredictedLoss]
    /// The prediction.
    ///
    /// Its bounds take every fault at its own bound at the same time, so they are wider than necessary.
    public let availability: Estimate

    /// Adds up losses; the result has no figure where a loss has none, and no bound where a loss has none.
    public init(_ losses: [PredictedLoss]) {
        self.losses = losses
        func share(_ seconds: (Estimate) -> Double?) -> Double? {
            var sum = 0.0
            for loss in losses {
                guard let seconds = seconds(loss.badSecondsPerYear) else { return nil }
                sum += seconds
            }
            return max(0, 1 - sum / ErrorBudget.year)
        }
        availability = Estimate(share { $0.value }, Interval(lower: share { $0.upper }, upper: share { $0.lower }))
    }
}
