import Foundation
import Time

/// The result of a drill.
package struct DrillReport: Hashable, Sendable, Codable {
    /// The operations of a period, from the customers' point of view.
    package struct Stretch: Hashable, Sendable, Codable {
        /// How long it was.
        package var seconds: Double
        /// Operations with an intended start in it.
        package var operations: Int
        /// Of these, purchases.
        package var purchases: Int
        /// Operations that did not succeed, including a customer's second attempt if it made one.
        package var errors: Int
        /// Of these, purchases.
        package var failedPurchases: Int
        /// Of the errors, those refused with 429 or 503.
        package var refused: Int
        /// Operations that succeeded only at the second attempt.
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

    /// A bound of a drill.
    package struct Check: Hashable, Sendable, Codable {
        /// The bounded figure, and the bound.
        package var bound: String
        /// What was measured.
        package var measured: String
        /// Whether it is kept.
        package var isKept: Bool
        /// Whether it limits a time or a rate, which depends on the machine, instead of a count, which does not.
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
    /// The rate of arrivals before the fault, in operations a second.
    package var rate = 0.0
    /// Number of injected faults.
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
    /// Replaced replicas that could still have written.
    package var survivors = 0
    /// Acknowledged orders that are not in the ledger.
    package var lost = 0
    /// Purchases with more than one order in the ledger, or with an order that was not confirmed to a customer.
    package var doubled = 0
    /// Invariants that are broken afterwards, with how often.
    package var broken: [String: Int] = [:]
    /// The bounds and their measured values.
    package var checks: [Check] = []
    /// Additional notes.
    package var notes: [String] = []

    /// An empty report.
    package init(_ drill: String, _ options: DrillOptions) {
        self.drill = drill
        frontDoor = options.frontDoor
        isShort = options.isShort
        at = Timestamp(seconds: Timestamp.now.milliseconds / 1000).briefText
        machine = Self.machine
        commit = ProcessInfo.processInfo.environment["TRADEWIND_COMMIT"]
    }

    /// The report of a drill that cannot run on this machine.
    static func skipped(_ drill: String, _ options: DrillOptions, because reason: String) -> DrillReport {
        var report = DrillReport(drill, options)
        report.skipped = reason
        return report
    }

    /// Whether every bound is kept; a skipped drill counts as kept, one without bounds does not.
    package var isKept: Bool { hasChecked && checks.allSatisfy(\.isKept) }

    /// Whether every bound on a count is kept, whatever the times were.
    package var areCountsKept: Bool { hasChecked && checks.allSatisfy { $0.isKept || $0.isTimed } }

    private var hasChecked: Bool { skipped != nil || !checks.isEmpty }

    /// Records a bound on a count.
    package mutating func check(_ bound: String, _ measured: String, _ isKept: Bool) {
        checks.append(Check(bound: bound, measured: measured, isKept: isKept, isTimed: false))
    }

    /// Records a bound on a time or a rate.
    mutating func checkTime(_ bound: String, _ measured: String, _ isKept: Bool) {
        checks.append(Check(bound: bound, measured: measured, isKept: isKept, isTimed: true))
    }

    /// Records a bound on a count that must be zero.
    package mutating func checkNone(_ what: String, _ count: Int) { check("0 \(what)", "\(count)", count == 0) }

    /// Checks that there was load before and during the fault: without it nothing could be lost.
    mutating func checkTraffic() {
        let counts = [before, during].map { $0?.operations ?? 0 }
        check("customers before and during", "\(counts[0]) and \(counts[1]) operations", counts.allSatisfy { $0 > 0 })
    }

    /// Checks of every drill: nothing lost, nothing doubled, and clean books.
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
