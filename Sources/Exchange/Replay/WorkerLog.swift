/// One worker's record; merged when all are done, so that workers share nothing while they run.
struct WorkerLog: Sendable {
    var tally: ReplayTally
    var refusals: [ReplayRefusal] = []
    var requests = 0
    /// Answers that the server repeated from its records.
    var replayed = 0

    init(countries: Int) {
        tally = ReplayTally(countries: countries)
    }

    mutating func merge(_ other: Self) {
        tally.merge(other.tally)
        refusals += other.refusals
        requests += other.requests
        replayed += other.replayed
    }
}
