// How requests ended, counted where they are answered. A request adds one to one counter, without a lock or an allocation.
// Counters stand in a ring of ten-second buckets and only ever grow; the worker that writes them to the ledger remembers the
// values that it has written.

import Availability
import Ledger
import Synchronization
import Trading

/// A class of requests that is counted.
public enum CountedClass: Int, Hashable, Sendable, CaseIterable {
    /// Commitments, such as a checkout.
    case transaction
    /// Interactive reads.
    case interactive
    /// Work without a person waiting at a screen.
    case background
    /// Requests of probers.
    case probe

    /// Its name in the ledger and in metrics.
    public var name: String { self == .probe ? RecordedOutcomes.probeClass : "\(self)" }

    /// Its objective; probes are of all classes and have the objective of a transaction.
    var requestClass: RequestClass {
        switch self {
        case .transaction, .probe: .transaction
        case .interactive: .interactive
        case .background: .background
        }
    }
}

/// Counts how requests end, by class and by ten seconds.
///
/// Thread-safe, without locks.
public final class OutcomeCounters: Sendable {
    /// The number of buckets in the ring; a count must be read before its slot is reused.
    public static let slots: Int64 = 8
    private static let outcomes = Availability.Outcome.allCases
    private static let cellsOfSlot = CountedClass.allCases.count * outcomes.count

    private let cells: [Counter] = (0..<Int(slots) * cellsOfSlot).map { _ in Counter() }

    /// At zero.
    public init() {}

    /// Counts a request that ended at a time.
    ///
    /// - Parameters:
    ///   - status: the status of the answer.
    ///   - took: the server's own time for it.
    ///   - isClients: whether the client itself is the cause; then it is excluded.
    public func record(
        status: Int,
        took: Duration,
        of counted: CountedClass,
        isClients: Bool = false,
        at time: Timestamp = .now
    ) {
        let ending = isClients ? RequestEnding.clientFault : RequestEnding(status: status)
        let outcome = Availability.Outcome(ending, took: took, in: counted.requestClass)
        cells[Self.cell(Self.bucket(of: time), counted, outcome)].add()
    }

    /// The total of requests of a class with an outcome.
    func total(_ counted: CountedClass, _ outcome: Availability.Outcome) -> Int {
        (0..<Self.slots).reduce(0) { $0 + cells[Self.cell($1, counted, outcome)].total }
    }

    /// The number of the bucket that contains a time.
    static func bucket(of time: Timestamp) -> Int64 {
        OutcomeBucket.start(of: time).milliseconds / OutcomeBucket.milliseconds
    }

    fileprivate static func cell(_ bucket: Int64, _ counted: CountedClass, _ outcome: Availability.Outcome) -> Int {
        let slot = Int(((bucket % slots) + slots) % slots)
        let place: Int
        switch outcome {
        case .good: place = 0
        case .bad: place = 1
        case .excluded: place = 2
        }
        return slot * cellsOfSlot + counted.rawValue * outcomes.count + place
    }

    fileprivate func total(at cell: Int) -> Int { cells[cell].total }

    /// Writes all metrics in Prometheus' text format.
    public func write(to text: inout String) {
        text += "# HELP tradewind_outcomes_total Requests by class and by how they ended; excluded ones say nothing.\n"
        text += "# TYPE tradewind_outcomes_total counter\n"
        for counted in CountedClass.allCases {
            for outcome in Self.outcomes {
                let labels = "class=\"\(counted.name)\",outcome=\"\(outcome.rawValue)\""
                text += "tradewind_outcomes_total{\(labels)} \(total(counted, outcome))\n"
            }
        }
    }
}

extension RequestEnding {
    /// The ending of a request, by the status of its answer.
    ///
    /// A shed request is answered with 503 like a fault, and counts as bad as one. A refusal of the client's request counts as
    /// good.
    init(status: Int) {
        switch status {
        case 429: self = .overQuota
        case 400..<500: self = .clientFault
        case 500...: self = .failed
        default: self = .answered
        }
    }
}

/// Reads the counters, each count once; owned by the worker that writes them to the ledger.
public struct OutcomeReader: Sendable {
    private let counters: OutcomeCounters
    private var seen: [Int]
    /// Buckets in which this process was running, and which were not returned yet.
    private var attended: Set<Int64> = []

    /// A reader of new counters.
    public init(_ counters: OutcomeCounters) {
        self.counters = counters
        seen = Array(repeating: 0, count: Int(OutcomeCounters.slots) * CountedClass.allCases.count * 3)
    }

    /// Notes that this process is running: its bucket is written even if nothing is counted in it.
    public mutating func attend(at time: Timestamp) {
        attended.insert(OutcomeCounters.bucket(of: time))
    }

    /// The counts since the last call, of buckets that are over.
    ///
    /// A request that read the clock in one bucket and counted in the next is found by the next call. A process that was stopped
    /// for longer than the ring's length finds earlier counts in the last bucket of their slot.
    ///
    /// - Parameter includingCurrent: for the end of the process, also the counts of the bucket that is not over.
    public mutating func take(at time: Timestamp, includingCurrent: Bool = false) -> [OutcomeBucketRow] {
        let current = OutcomeCounters.bucket(of: time)
        let last = includingCurrent ? current : current - 1
        let first = current - OutcomeCounters.slots + 1
        var rows: [OutcomeBucketRow] = []
        for bucket in first...last {
            let start = Timestamp(milliseconds: bucket * OutcomeBucket.milliseconds)
            let counts = CountedClass.allCases.compactMap { take($0, bucket, start) }
            rows += counts
            let isAttended = attended.remove(bucket) != nil
            if isAttended, counts.isEmpty {
                rows.append(OutcomeBucketRow(OutcomeBucketRow.Key(start, CountedClass.transaction.name)))
            }
        }
        attended = attended.filter { $0 > last }
        return rows
    }

    private mutating func take(_ counted: CountedClass, _ bucket: Int64, _ start: Timestamp) -> OutcomeBucketRow? {
        var row = OutcomeBucketRow(OutcomeBucketRow.Key(start, counted.name))
        row.good = take(OutcomeCounters.cell(bucket, counted, .good))
        row.bad = take(OutcomeCounters.cell(bucket, counted, .bad))
        row.excluded = take(OutcomeCounters.cell(bucket, counted, .excluded))
        return row.good + row.bad + row.excluded > 0 ? row : nil
    }

    private mutating func take(_ cell: Int) -> Int64 {
        let total = counters.total(at: cell)
        defer { seen[cell] = total }
        return Int64(total - seen[cell])
    }
}
