import Foundation

extension DrillReport {
    /// The report for people.
    package var text: String {
        let title = "\(drill) (\(frontDoor.rawValue)\(isShort ? ", short" : ""))"
        if let skipped { return "\(title): skipped, \(skipped)\n" }
        var lines = [
            "\(title): \(isKept ? "every bound kept" : "A BOUND IS BROKEN")",
            "  peak \(Self.whole(peak))/s, load \(Self.whole(rate))/s, \(faults) faults, detected within \(Self.seconds(detectSeconds)), "
                + "recovered within \(Self.seconds(recoverSeconds))",
        ]
        if let before { lines.append("  before  \(Self.words(before))") }
        if let during { lines.append("  during  \(Self.words(during))") }
        lines.append("  \(refusedConnections) connections refused, \(lost) orders lost, \(doubled) doubled")
        for (rule, count) in broken.sorted(by: { $0.key < $1.key }) { lines.append("  \(rule) broken \(count) times") }
        for check in checks {
            lines.append("  \(check.isKept ? "kept  " : "BROKEN") \(check.bound): \(check.measured)")
        }
        lines += notes.map { "  note: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Several drills, a row each, in Markdown.
    package static func table(_ reports: [DrillReport]) -> String {
        let head = """
            | Drill | Front door | Operations | Errors seen | Masked | Unavailable s | Detect s | Recover s | Lost | Doubled | p99 ms before | p99 ms during | Broken invariants | Bounds |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """
        return ([head] + reports.map(\.row)).joined(separator: "\n") + "\n"
    }

    private var row: String {
        if let skipped { return "| \(drill) | \(frontDoor.rawValue) | skipped: \(skipped) |" }
        let broken = checks.filter { !$0.isKept }.map(\.bound)
        let cells = [
            drill, frontDoor.rawValue, "\((before?.operations ?? 0) + (during?.operations ?? 0))",
            "\((before?.errors ?? 0) + (during?.errors ?? 0))", "\(during?.masked ?? 0)",
            "\(during?.unavailableSeconds ?? 0)", Self.seconds(detectSeconds), Self.seconds(recoverSeconds),
            "\(lost)", "\(doubled)", Self.one(before?.p99 ?? 0), Self.one(during?.p99 ?? 0),
            "\(self.broken.values.reduce(0, +))", broken.isEmpty ? "kept" : "broken: \(broken.joined(separator: "; "))",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private static func words(_ stretch: Stretch) -> String {
        """
        \(one(stretch.seconds)) s: \(stretch.operations) operations (\(stretch.purchases) purchases), \(stretch.errors) errors \
        (\(stretch.failedPurchases) purchases, \(stretch.refused) turned away), \(stretch.masked) masked by a retry, \
        \(stretch.unavailableSeconds) s unavailable, p50 \(one(stretch.p50)) ms, p99 \(one(stretch.p99)) ms, \
        longest \(one(stretch.longest)) ms
        """
    }

    static func one(_ number: Double) -> String { String(format: "%.1f", number) }

    private static func whole(_ number: Double) -> String { String(format: "%.0f", number) }

    static func seconds(_ seconds: Double?) -> String { seconds.map { String(format: "%.2f", $0) } ?? "-" }
}
