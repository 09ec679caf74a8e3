import Foundation
import Glibc
import Synchronization

/// Fills the place of a shop's archive, and later takes it away, while customers are buying.
///
/// The place is a mount of its own. What the archiver says of itself is read as any other program would read it; what it kept is judged by a
/// restore from the place alone, against the customers' own record.
struct BackupPlaceDrill: Drill {
    let name = "backup-place"
    let summary = "the place of the backups is full, and then away for long, and back each time"

    /// From when on a place that is behind is a fault, in seconds.
    private static let alert = 2
    /// The pause between the archiver's rounds, in milliseconds: in full the shortest, so that an absence has as many runs of turns as one of
    /// ten times its length.
    private static func interval(_ options: DrillOptions) -> Int { options.isShort ? 500 : 50 }

    func obstacle(_ options: DrillOptions) -> String? {
        geteuid() == 0 ? nil : "mounting a small disk needs root"
    }

    func run(_ options: DrillOptions) async throws -> DrillReport {
        let place = try MountedPlace(options)
        defer { place.remove() }
        var needs = DrillCourse.Needs()
        needs.settings = [
            "backup.place=\(place.path)", "backup.alert=\(Self.alert)", "backup.interval=\(Self.interval(options))",
        ]
        // So that every failure counts.
        needs.retries = 0
        needs.after = 1
        let (full, away) = (PlacePhase("full", .seconds(options.isShort ? 4 : 30)), PlacePhase("away", options.away))
        return try await DrillCourse.run(name, options, needs) { course in
            try await full.run(course, begin: { try place.disk.fill() }, end: { try place.disk.free() })
            try await away.run(course, begin: { try place.detach() }, end: { try place.attach() })
            course.report.checkNone("files written where the mount had been", place.strays)
        } afterwards: { course, record in
            try await Self.restore(course, record, place)
        } judge: { course in
            for phase in [full, away] { phase.judge(course) }
            course.report.detectSeconds = full.alarmSeconds
            course.report.recoverSeconds = away.caughtUpSeconds
            let told = "\(course.report.detectSeconds.map(DrillReport.seconds) ?? "never") s"
            let isTold = full.alarmSeconds.map { $0 <= Double(2 * Self.alert) } ?? false
            course.report.check("told by the supervisor", told, full.alarmSeconds != nil)
            course.report.checkTime("told within twice \(Self.alert) s", told, isTold)
        }
    }

    /// Compares the archive with the shop, table by table, and a ledger that is restored from the place alone with what customers were told.
    private static func restore(_ course: DrillCourse, _ record: DrillRecord, _ place: MountedPlace) async throws {
        let shop = course.shop
        let settings = ["--set", "backup.place=\(place.path)"]
        let archived = try await shop.command(["backup", "now", "--data", shop.data] + settings)
        course.report.check("archived up to the end", "exit code \(archived.status)", archived.status == 0)
        let verified = try await shop.command(["backup", "verify", "--data", shop.data] + settings)
        course.report.check(
            "the archive restores to the shop's ledger, table by table",
            "exit code \(verified.status)",
            verified.status == 0
        )
        if verified.status != 0 { course.report.notes.append("verify: \(verified.text.suffix(1000))") }
        let into = shop.directory + "/restored"
        let restored = try await shop.command(["restore", "--into", into, "--from", place.path])
        guard restored.status == 0 else { throw DrillError("nothing is restored: \(restored.text.suffix(1000))") }
        let (lost, broken) = try await DrillAudit.compare(
            into + "/tradewind.db",
            record,
            journal: shop.directory + "/restored-journal"
        )
        course.report.checkNone("acknowledged orders missing in a restore from the place alone", lost)
        course.report.checkNone("invariants broken in that restore", broken.values.reduce(0, +))
    }
}

/// A place of an archive that is a mount: it can be filled, and can go away as the mount of a disk that failed.
private final class MountedPlace: Sendable {
    private let directory: String
    /// Where the shop expects its place.
    let path: String
    let disk: SmallDisk
    private let detached = Mutex(0)

    init(_ options: DrillOptions) throws {
        directory = options.freshDirectory()
        path = directory + "/place"
        disk = try SmallDisk(options, mebibytes: options.isShort ? 64 : 512)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try attach()
    }

    /// How many files were written beneath the mount while it was away.
    var strays: Int { detached.withLock(\.self) }

    /// Mounts the disk where the shop expects it.
    func attach() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: path).count
        detached.withLock { $0 += files }
        guard mount(disk.path, path, nil, UInt(MS_BIND), nil) == 0 else {
            throw DrillError("cannot mount the place: \(String(cString: strerror(errno)))")
        }
    }

    /// Takes the mount away; the disk keeps what is on it.
    func detach() throws {
        guard umount2(path, Int32(MNT_DETACH)) == 0 else {
            throw DrillError("cannot take the place away: \(String(cString: strerror(errno)))")
        }
    }

    func remove() {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
        rmdir(directory)
        disk.remove()
    }
}
