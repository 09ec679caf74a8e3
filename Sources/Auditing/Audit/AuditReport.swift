import JSON
import PlainText
import Trading

/// What an audit has read, and its findings.
package struct AuditReport: Sendable {
    /// Whether every row was read, or the new ones.
    package internal(set) var scope = AuditOptions.Scope.full
    /// Why a full audit was made instead of an incremental one.
    package internal(set) var scopeReason: String?
    /// When the snapshot was taken.
    package internal(set) var at: Timestamp
    /// The last event of the snapshot.
    package internal(set) var events: Int64 = 0
    /// The last movement of the snapshot.
    package internal(set) var movements: Int64 = 0
    /// Rows looked at, by table.
    package internal(set) var checked: [String: Int] = [:]
    /// Violations, limited for each rule.
    package internal(set) var violations: [AuditViolation] = []
    /// How often each rule is broken; rules that hold are left out.
    package internal(set) var counts: [AuditInvariant: Int] = [:]
    /// Noteworthy facts that break no rule.
    package internal(set) var notices: [String] = []
    /// How long it took.
    package internal(set) var elapsed = Duration.zero

    init(at: Timestamp) {
        self.at = at
    }

    /// Whether there was nothing to check.
    package var isEmpty: Bool { events == 0 && movements == 0 && checked.values.allSatisfy { $0 == 0 } }

    /// Whether no rule is broken.
    package var isClean: Bool { counts.isEmpty }

    /// The exit code of a process: 0 when no rule is broken, 1 otherwise; ``AuditError/exitCode`` where there is no report.
    package var exitCode: Int32 { isClean ? 0 : 1 }

    /// The report as plain text: one line for each listed violation, then each rule with its count.
    package var text: String {
        var lines = violations.map { violation in
            // Keys may contain any text; escaped, so that a line of the report is one finding.
            let row = [violation.table, violation.key].filter { !$0.isEmpty }.joined(separator: " ").forTerminal
            let (expected, found) = (violation.expected.forTerminal, violation.found.forTerminal)
            return "\(violation.invariant.rawValue) \(row): expected \(expected); found \(found)"
        }
        if !lines.isEmpty { lines.append("") }
        for invariant in AuditInvariant.allCases {
            let count = counts[invariant, default: 0]
            let name = invariant.rawValue + String(repeating: " ", count: 4 - invariant.rawValue.count)
            lines.append("\(name)\(count == 0 ? "holds" : "\(count) broken")  \(invariant.summary)")
        }
        lines += notices.map { "note: \($0)" }
        if let scopeReason { lines.append("note: a full audit, because \(scopeReason)") }
        let rows = checked.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        lines.append("\(scope.rawValue) audit of \(at): \(rows); \(Int(elapsed / .milliseconds(1))) ms")
        lines.append(verdict)
        return lines.joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        guard isClean else { return "\(counts.values.reduce(0, +)) violations" }
        return isEmpty && scope == .full ? "nothing to check: the ledger is empty" : "clean"
    }

    /// The report as one JSON object.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("scope", scope.rawValue)
        writer.member("scopeReason", scopeReason)
        writer.member("at", at.description)
        writer.member("clean", isClean)
        writer.member("empty", isEmpty)
        writer.member("events", events)
        writer.member("movements", movements)
        writer.member("milliseconds", Int(elapsed / .milliseconds(1)))
        writer.key("checked")
        writer.object { writer in
            for (table, count) in checked.sorted(by: { $0.key < $1.key }) {
                writer.key(table)
                writer.int(count)
            }
        }
        writer.key("invariants")
        writer.array { writer in
            for invariant in AuditInvariant.allCases {
                writer.object { writer in
                    writer.member("id", invariant.rawValue)
                    writer.member("summary", invariant.summary)
                    writer.member("violations", counts[invariant, default: 0])
                }
            }
        }
        writer.key("violations")
        writer.array { writer in
            for violation in violations { violation.write(to: &writer) }
        }
        writer.key("notices")
        writer.array { writer in
            for notice in notices { writer.string(notice) }
        }
        writer.endObject()
        return writer.bytes
    }
}

extension AuditViolation {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("invariant", invariant.rawValue)
            writer.member("table", table)
            writer.member("key", key)
            writer.member("expected", expected)
            writer.member("found", found)
        }
    }
}
