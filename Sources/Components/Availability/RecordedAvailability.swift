// Turns the ledger's rows into a report. The requested window is cut to the recorded time: from the first bucket to the last one
// that every replica has had time to write.

import Availability
import Ledger
import Trading

/// Reports on the ledger's availability records.
public enum RecordedAvailability {
    /// The default window: 30 days, in seconds.
    public static let usualSeconds: Int64 = 30 * 86_400
    /// How long after its end a bucket counts as written by all replicas, in milliseconds.
    static let settledAfter: Int64 = 5_000

    /// The window to report on, given the requested one; its edges are multiples of ten seconds.
    ///
    /// - Parameter first: the first recorded moment.
    static func window(from: Timestamp?, to: Timestamp?, first: Timestamp?, now: Timestamp) -> TimeWindow {
        let settled = OutcomeBucket.start(of: now.adding(milliseconds: -settledAfter))
        let end = min(to.map(OutcomeBucket.start) ?? settled, settled)
        let wanted = from.map(OutcomeBucket.start) ?? end.adding(seconds: -usualSeconds)
        let from = min(max(wanted, first ?? wanted), end)
        return TimeWindow(from: from, to: end) ?? TimeWindow(startingAt: end)
    }

    /// The records of a window.
    public struct Records: Sendable {
        let outcomes: RecordedOutcomes
        let noted: (faults: [ComponentFault], measures: [Measure])
        let window: TimeWindow

        /// The report of the records.
        ///
        /// Cost: where any request was bad, resamples × minutes on the calling thread.
        public func report(source: String, options: RecordedReportOptions) -> RecordedReport {
            RecordedReport(
                outcomes,
                faults: noted.faults,
                measures: noted.measures,
                window: window,
                source: source,
                options: options
            )
        }
    }

    /// Reads the records of a window, by default the usual one.
    ///
    /// Cost: all rows of the window in memory, about a million for 30 days of four classes.
    ///
    /// - Throws: ``LedgerFailure``; a read may always be tried again.
    public static func records(
        of ledger: any LedgerEngine,
        noted: (faults: [ComponentFault], measures: [Measure]),
        from: Timestamp?,
        to: Timestamp?,
        now: Timestamp = .now
    ) async throws(LedgerFailure) -> Records {
        let window = window(from: from, to: to, first: try await ledger.firstOutcomes() ?? now, now: now)
        let rows = try await ledger.outcomes(from: window.from, to: window.to)
        return Records(
            outcomes: RecordedOutcomes(rows.map(\.bucket)),
            noted: noted,
            window: window
        )
    }
}

extension OutcomeBucketRow {
    /// The row as a bucket of the availability figures.
    var bucket: OutcomeBucket {
        OutcomeBucket(
            at: key.start,
            key: key.requestClass,
            good: good,
            bad: bad,
            excluded: excluded,
            probes: ProbeTally(passed: passed, failed: failed, longestFailure: Int(longestFailure))
        )
    }
}
