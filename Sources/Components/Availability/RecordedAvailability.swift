// From the ledger's rows to the report. What is asked for is cut to what can be known: nothing before the first bucket, and nothing after the
// last one that every replica has had time to write.

import Availability
import Ledger
import Trading

/// Reports of what the ledger has recorded.
public enum RecordedAvailability {
    /// How far back is looked where nobody says: 30 days, in seconds.
    public static let usualSeconds: Int64 = 30 * 86_400
    /// How long after its end a bucket is taken to be written by all, in milliseconds.
    static let settledAfter: Int64 = 5_000

    /// A stretch of time, its edges whole multiples of ten seconds.
    public struct Window: Hashable, Sendable {
        /// Its first moment.
        public let from: Timestamp
        /// The moment at which it is over; not before its first.
        public let to: Timestamp

        var asTimeWindow: TimeWindow? {
            TimeWindow(from: Moment(milliseconds: from.milliseconds), to: Moment(milliseconds: to.milliseconds))
        }
    }

    /// What is reported on where this was asked for.
    ///
    /// - Parameter first: the first moment of which anything is known.
    static func window(from: Timestamp?, to: Timestamp?, first: Timestamp?, now: Timestamp) -> Window {
        let settled = start(of: Timestamp(milliseconds: now.milliseconds - settledAfter))
        let end = min(to.map(start) ?? settled, settled)
        let wanted = from.map(start) ?? end.adding(seconds: -usualSeconds)
        return Window(from: min(max(wanted, first ?? wanted), end), to: end)
    }

    private static func start(of time: Timestamp) -> Timestamp {
        let moment = OutcomeBucket.start(of: Moment(milliseconds: time.milliseconds))
        return Timestamp(milliseconds: moment.milliseconds)
    }

    /// What is known of a window.
    public struct Records: Sendable {
        let outcomes: RecordedOutcomes
        let noted: (faults: [ComponentFault], measures: [Measure])
        let window: TimeWindow

        /// The report on it.
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

    /// Reads what is known of a window, or of the usual one.
    ///
    /// Cost: the rows of the window in memory, about a million for 30 days of four classes.
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
            window: window.asTimeWindow ?? TimeWindow(startingAt: Moment(milliseconds: window.from.milliseconds))
        )
    }
}

extension OutcomeBucketRow {
    /// The row as the figures take it.
    var bucket: OutcomeBucket {
        OutcomeBucket(
            at: Moment(milliseconds: key.start.milliseconds),
            key: key.requestClass,
            good: good,
            bad: bad,
            excluded: excluded,
            probes: ProbeTally(passed: passed, failed: failed, longestFailure: Int(longestFailure))
        )
    }
}
