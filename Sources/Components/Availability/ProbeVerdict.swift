import API
import Availability
import JSON
import Ledger
import Trading

/// A prober's verdict on one round.
struct ProbeVerdict: Hashable, Sendable {
    /// When the round began.
    let at: Timestamp
    /// Whether it passed.
    let hasPassed: Bool
    /// The number of failed rounds in a row, this one included; 0 if it passed.
    let failures: Int64

    /// The verdicts, added up by ten seconds.
    static func counts(_ verdicts: [ProbeVerdict]) -> [OutcomeBucketRow] {
        var rows: [Timestamp: OutcomeBucketRow] = [:]
        for verdict in verdicts {
            let start = OutcomeBucket.start(of: verdict.at)
            let empty = OutcomeBucketRow(OutcomeBucketRow.Key(start, RecordedOutcomes.probeClass))
            var row = rows[start] ?? empty
            if verdict.hasPassed { row.passed += 1 } else { row.failed += 1 }
            row.longestFailure = max(row.longestFailure, verdict.failures)
            rows[start] = row
        }
        return rows.values.sorted { ($0.key.start, $0.key.requestClass) < ($1.key.start, $1.key.requestClass) }
    }
}

extension JSONReader {
    mutating func verdicts() throws(JSONError) -> [ProbeVerdict] {
        var found: [ProbeVerdict]?
        try object { (json, name) throws(JSONError) in
            guard name == "verdicts" else { throw json.unknown(name) }
            var list: [ProbeVerdict] = []
            try json.array { (json, index) throws(JSONError) in
                guard index < Bounds.verdicts else {
                    throw json.failure(.tooMany, "at most \(Bounds.verdicts) verdicts")
                }
                list.append(try json.verdict())
            }
            found = list
        }
        guard let found else { throw missing("verdicts") }
        return found
    }

    private mutating func verdict() throws(JSONError) -> ProbeVerdict {
        var at: Timestamp?
        var hasPassed: Bool?
        var failures: Int64 = 0
        try object { (json, name) throws(JSONError) in
            switch name {
            case "at": at = try json.timestamp()
            case "passed": hasPassed = try json.bool()
            case "failures": failures = try json.int64(in: 0...Bounds.verdictFailures)
            default: throw json.unknown(name)
            }
        }
        guard let at else { throw missing("at") }
        guard let hasPassed else { throw missing("passed") }
        return ProbeVerdict(at: at, hasPassed: hasPassed, failures: hasPassed ? 0 : max(1, failures))
    }
}
