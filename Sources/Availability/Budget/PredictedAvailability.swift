// A drill says what a fault costs once it has happened; it says nothing of how often it happens. Together with a stated rate per kind of
// fault, drills predict what a year will be like:
//
//     availability = 1 − Σ rate · E[bad seconds of one fault]
//
// It is as good as its rates. They are listed with their source and shown with the result.

/// How often a kind of fault is taken to happen.
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

    /// What Tradewind assumes where nobody knows better: assumptions, not measurements.
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
    /// Its bounds take every fault at its own bound together, so they are wider than they need be.
    public let availability: Estimate

    /// The prediction of some losses; no figure where one of them has none, and no bound where one of them has none.
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
