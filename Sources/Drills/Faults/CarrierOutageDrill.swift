import Foundation

/// Kills the carrier while parcels are packed.
struct CarrierOutageDrill: Drill {
    let name = "carrier-outage"
    let summary = "kill -9 of the carrier while parcels are packed, and the same again later"
    // Too long for every run of the tests.
    let isDependable = false

    /// How long parcels may wait after the carrier's return: until the next probe, and until all have had their turn.
    private static let patience = Duration.seconds(60)

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let carrier = try await DrillSandbox(.deliveries, options)
        var needs = DrillCourse.Needs()
        needs.directory = carrier.directory
        needs.settings = carrier.settings
        var unbooked = -1
        var twice = -1
        return try await DrillCourse.run(name, options, needs) { course in
            let desk = try DrillDesk(of: course.shop)
            let packing = Task { await desk.work() }
            try await Task.sleep(for: .seconds(3))
            try await carrier.kill()
            let before = desk.record.parcels.count
            try await Task.sleep(for: .seconds(options.isShort ? 5 : 60))
            let meanwhile = desk.record.parcels.count - before
            try carrier.startAgain()
            let again = ContinuousClock.now
            course.report.faults = 1
            try await Task.sleep(for: .seconds(3))
            packing.cancel()
            await packing.value
            unbooked = try await desk.untilBooked(within: Self.patience)
            course.report.recoverSeconds = (ContinuousClock.now - again) / .seconds(1)
            await desk.close()
            let record = desk.record
            twice = try record.parcels.count { try carrier.bookings(of: $0) > 1 }
            course.report.notes.append(
                "\(record.parcels.count) parcels packed, \(meanwhile) of them while the carrier was away"
            )
            course.report.notes += record.failures.prefix(3)
            course.report.checkNone("orders that could not be packed", record.failures.count)
        } judge: { course in
            course.report.checkNone("failed purchases", course.report.during?.failedPurchases ?? 0)
            course.report.checkNone("parcels not booked within \(Self.patience) of its return", unbooked)
            course.report.checkNone("parcels that the carrier has booked twice", twice)
        }
    }
}
