import Foundation
import Load
import Synchronization
import Time

/// A time in which the place of an archive takes nothing, and the time until it holds everything again.
final class PlacePhase: Sendable {
    private struct Figures {
        var toldSeconds: Double?
        var alarmSeconds: Double?
        var waitingBytes: Int64 = 0
        var caughtUpSeconds: Double?
        var gaps = 0
    }

    private let name: String
    private let length: Duration
    private let fault = DrillSpan()
    private let calm = DrillSpan()
    private let figures = Mutex(Figures())

    /// How long it may take until the place holds everything again, in seconds.
    private static let patience = 180.0
    /// The most bytes that may wait at any time: what `backup.waiting` allows by default.
    private static let waitingMax: Int64 = 4096 << 20
    /// Beyond half as much again, the 99th percentile may differ by this from one stretch to another, in milliseconds.
    private static let jitter = 10.0

    init(_ name: String, _ length: Duration) {
        (self.name, self.length) = (name, length)
    }

    /// From the fault until the supervisor told of it.
    var alarmSeconds: Double? { figures.withLock(\.alarmSeconds) }
    /// From the end of the fault until the place held everything again.
    var caughtUpSeconds: Double? { figures.withLock(\.caughtUpSeconds) }

    /// Lets the fault begin and end, and waits until the place has caught up; then some seconds pass without a fault, for comparison.
    func run(_ course: DrillCourse, begin: () throws -> Void, end: () throws -> Void) async throws {
        let report = PlaceReport(course.shop.data)
        try begin()
        fault.begin()
        let begun = Timestamp.now
        while begun.milliseconds(to: .now) < length.wholeMilliseconds {
            let seen = try report.read()
            let alarm = try course.shop.status().recoveries.first {
                $0.cause.contains("may be in no place") && $0.time.map { $0 >= begun } ?? false
            }
            figures.withLock { figures in
                if figures.toldSeconds == nil, seen.places.first?.failure != nil {
                    figures.toldSeconds = Double(begun.milliseconds(to: .now)) / 1000
                }
                if figures.alarmSeconds == nil, let time = alarm?.time {
                    figures.alarmSeconds = Double(begun.milliseconds(to: time)) / 1000
                }
                figures.waitingBytes = max(figures.waitingBytes, seen.waitingBytes)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        try end()
        fault.end()
        course.report.faults += 1
        let back = Timestamp.now
        while (try report.read().places.first?.until ?? 0) < back.milliseconds {
            guard Double(back.milliseconds(to: .now)) / 1000 < Self.patience else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        let seen = try report.read()
        figures.withLock { figures in
            figures.gaps = seen.gaps
            guard let until = seen.places.first?.until, until >= back.milliseconds else { return }
            figures.caughtUpSeconds = Double(back.milliseconds(to: .now)) / 1000
        }
        calm.begin()
        try await Task.sleep(for: .seconds(course.options.calmSeconds / 2))
        calm.end()
    }

    /// Records what customers noticed, and what the archiver said.
    func judge(_ course: DrillCourse) {
        let during = course.timeline.stretch(from: fault.begun, to: fault.ended)
        let after = course.timeline.stretch(from: calm.begun, to: calm.ended)
        let figures = figures.withLock(\.self)
        course.report.checkNone("\(name): failed operations of \(during.operations)", during.errors)
        let rates = [during, after].map { Double($0.operations - $0.errors) / $0.seconds }
        course.report.notes.append(
            "\(name) for \(DrillReport.seconds(during.seconds)) s: \(Int(rates[0])) operations a second, p99 \(DrillReport.one(during.p99)) ms;"
                + " after it \(Int(rates[1])) and \(DrillReport.one(after.p99)) ms; \(figures.waitingBytes >> 10) KiB waited at most"
        )
        let calmest = max(course.report.before?.p99 ?? 0, after.p99)
        course.report.checkTime(
            "\(name): p99 at most 1.5 times that of calm stretches of the same run, and \(Int(Self.jitter)) ms",
            "\(DrillReport.one(during.p99)) ms, calm \(DrillReport.one(calmest)) ms",
            during.p99 <= 1.5 * calmest + Self.jitter
        )
        course.report.check(
            "\(name): the archiver says so",
            figures.toldSeconds.map { "after \(DrillReport.seconds($0)) s" } ?? "never",
            figures.toldSeconds != nil
        )
        course.report.check(
            "\(name): something waits, and less than backup.waiting",
            "\(figures.waitingBytes) bytes",
            figures.waitingBytes > 0 && figures.waitingBytes < Self.waitingMax
        )
        course.report.check(
            "\(name): caught up with",
            figures.caughtUpSeconds.map { "after \(DrillReport.seconds($0)) s" } ?? "not within \(Self.patience) s",
            figures.caughtUpSeconds != nil
        )
        course.report.checkNone("\(name): gaps of the archive", figures.gaps)
    }
}

/// What an archiver writes of itself.
private struct PlaceReport {
    struct Document: Decodable {
        struct Place: Decodable {
            let until: Int64?
            let failure: String?
        }

        let places: [Place]
        let waitingBytes: Int64
        let gaps: Int
    }

    private let path: String

    init(_ data: String) { path = data + "/backup/report.json" }

    func read() throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
