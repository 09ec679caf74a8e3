import Foundation

/// What a drill found.
package struct DrillReport: Hashable, Sendable, Codable {
    /// Operations of a stretch of time, as customers saw them.
    package struct Stretch: Hashable, Sendable, Codable {
        /// How long it was.
        package var seconds: Double
        /// Operations that were wanted in it.
        package var operations: Int
        /// Of these, purchases.
        package var purchases: Int
        /// Operations that did not succeed, after the customer's own second attempt where there is one.
        package var errors: Int
        /// Of these, purchases.
        package var failedPurchases: Int
        /// Of the errors, those that were turned away (429 or 503).
        package var refused: Int
        /// Operations that succeeded only when the customer tried again.
        package var masked: Int
        /// Seconds in which fewer than 99 % succeeded, or the 99th percentile was above two seconds.
        package var unavailableSeconds: Int
        /// Median of the latencies, in milliseconds; from the intended start, all attempts and waits included.
        package var p50: Double
        /// 99th percentile of the latencies, in milliseconds.
        package var p99: Double
        /// The longest latency, in milliseconds.
        package var longest: Double
    }

    /// A bound that a drill is to keep.
    package struct Check: Hashable, Sendable, Codable {
        /// What is bounded, and by how much.
        package var bound: String
        /// What was measured.
        package var measured: String
        /// Whether it is kept.
        package var isKept: Bool
        /// Whether it bounds a time or a rate, which a busy machine may upset, rather than a count, which nothing may.
        package var isTimed: Bool
    }

    /// The drill.
    package var drill: String
    /// What customers connected to.
    package var frontDoor: DrillOptions.FrontDoor
    /// Whether it was the short form.
    package var isShort: Bool
    /// When it began, by ISO 8601.
    package var at: String
    /// The processor and how many there are.
    package var machine: String
    /// The commit that was drilled, where `TRADEWIND_COMMIT` says so.
    package var commit: String?
    /// Why it was not run.
    package var skipped: String?
    /// The peak that was measured first, in operations a second.
    package var peak = 0.0
    /// The rate of arrivals before anything was broken, in operations a second.
    package var rate = 0.0
    /// How often something was broken.
    package var faults = 0
    /// The longest time from a fault to the supervisor's decision, in seconds.
    package var detectSeconds: Double?
    /// The longest time from a fault until as many replicas served as before, in seconds.
    package var recoverSeconds: Double?
    /// Before the first fault.
    package var before: Stretch?
    /// From the first fault to the end.
    package var during: Stretch?
    /// Connections that were refused, or not answered in time.
    package var refusedConnections = 0
    /// Replicas that were replaced and could have gone on.
    package var survivors = 0
    /// Acknowledged orders that the ledger does not have.
    package var lost = 0
    /// Purchases that the ledger has more than once, or that nobody was told of.
    package var doubled = 0
    /// Invariants that are broken afterwards, with how often.
    package var broken: [String: Int] = [:]
    /// What is to be kept, and what was.
    package var checks: [Check] = []
    /// What else is worth knowing.
    package var notes: [String] = []

    /// A report with nothing in it yet.
    package init(_ drill: String, _ options: DrillOptions) {
        self.drill = drill
        frontDoor = options.frontDoor
        isShort = options.isShort
        at = Date().formatted(.iso8601)
        machine = Self.machine
        commit = ProcessInfo.processInfo.environment["TRADEWIND_COMMIT"]
    }

    /// A drill that cannot be run here.
    static func skipped(_ drill: String, _ options: DrillOptions, because reason: String) -> DrillReport {
        var report = DrillReport(drill, options)
        report.skipped = reason
        return report
    }

    /// Whether every bound is kept; a drill that was skipped keeps none and breaks none, and one that bounds nothing was none.
    package var isKept: Bool { hasChecked && checks.allSatisfy(\.isKept) }

    /// Whether every bound on a count is kept, whatever the times were.
    package var areCountsKept: Bool { hasChecked && checks.allSatisfy { $0.isKept || $0.isTimed } }

    private var hasChecked: Bool { skipped != nil || !checks.isEmpty }

    /// Notes a bound on something that is counted.
    package mutating func check(_ bound: String, _ measured: String, _ isKept: Bool) {
        checks.append(Check(bound: bound, measured: measured, isKept: isKept, isTimed: false))
    }

    /// Notes a bound on a time or a rate.
    mutating func checkTime(_ bound: String, _ measured: String, _ isKept: Bool) {
        checks.append(Check(bound: bound, measured: measured, isKept: isKept, isTimed: true))
    }

    /// Notes a bound on a count that is to be zero.
    package mutating func checkNone(_ what: String, _ count: Int) { check("0 \(what)", "\(count)", count == 0) }

    /// Customers were there, before and during: without them nothing would be lost whatever happens.
    mutating func checkTraffic() {
        let counts = [before, during].map { $0?.operations ?? 0 }
        check("customers before and during", "\(counts[0]) and \(counts[1]) operations", counts.allSatisfy { $0 > 0 })
    }

    /// What holds for every drill: nothing lost, nothing doubled, and clean books.
    mutating func checkBooks() {
        checkNone("acknowledged orders lost", lost)
        checkNone("purchases doubled", doubled)
        checkNone("invariants broken", broken.values.reduce(0, +))
    }

    private static var machine: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? "processor"
        return "\(name.trimmingCharacters(in: .whitespaces)), \(ProcessInfo.processInfo.activeProcessorCount) cores"
    }

    /// One line of JSON.
    package func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
