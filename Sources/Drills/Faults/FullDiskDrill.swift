import Foundation

/// Fills the disk of a shop, and frees space again.
struct FullDiskDrill: Drill {
    let name = "full-disk"
    let summary = "no room on the data directory's disk, and room again"
    // Too long for every run of the tests.
    let isDependable = false

    func obstacle(_ options: DrillOptions) -> String? {
        geteuid() == 0 ? nil : "mounting a small disk needs root"
    }

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let disk = try SmallDisk(options, mebibytes: 384)
        defer { disk.remove() }
        var needs = DrillCourse.Needs()
        needs.directory = disk.path + "/tradewind-drill-\(getpid())-shop"
        needs.settings = ["sqlite.wal=1"]
        needs.retries = 0
        needs.after = 15
        let (full, room) = (DrillSpan(), DrillSpan())
        return try await DrillCourse.run(name, options, needs) { course in
            full.begin()
            try disk.fill()
            try await Task.sleep(for: .seconds(options.isShort ? 6 : 30))
            full.end()
            try disk.free()
            room.begin()
            course.report.faults = 1
        } judge: { course in
            let during = course.timeline.operations(from: full.begun, to: full.ended)
            let reads = during.filter { !$0.isPurchase }
            let failedReads = reads.count { $0.outcome != .done }
            course.report.checkNone("failed reads of \(reads.count)", failedReads)
            let dirty = during.count { $0.isPurchase && $0.outcome != .done && $0.outcome != .refused }
            course.report.checkNone("purchases that failed without a clean refusal", dirty)
            course.report.notes.append(
                "\(during.count { $0.outcome == .refused }) purchases turned away while the disk was full"
            )
            let later = course.timeline.operations(from: room.begun, to: course.ended)
            let lastFailure = later.last { $0.outcome != .done }
            let resumed = lastFailure.map { Double($0.due - room.begun) / 1e9 } ?? 0
            course.report.recoverSeconds = resumed
            course.report.checkTime("writing again within 10 s", "\(DrillReport.seconds(resumed)) s", resumed <= 10)
        }
    }
}
