import Histogram

/// Why a request has no answer.
enum BenchFailure: String, CaseIterable, Sendable {
    /// A connection could not be opened; no request was sent on it.
    case connect
    /// The connection ended before the whole answer; whether the request took effect is unknown.
    case closed
    /// No answer in time; whether the request took effect is unknown.
    case timeout
    /// The answer was not HTTP/1.1.
    case malformed
    /// The request was due, but the run ended before a connection was free for it.
    case unsent
}

/// The counts of a worker; tallies of several workers are added up.
struct BenchTally: Sendable {
    /// The latencies in nanoseconds, three significant digits, up to an hour.
    typealias Latencies = Histogram<UInt64>

    /// The counts of one kind of request.
    struct OfKind: Sendable {
        /// Latencies of the answers with the expected status, and the waits of requests without an answer in time.
        var latencies = BenchTally.emptyLatencies()
        /// Latencies of all other answers.
        var others = BenchTally.emptyLatencies()
    }

    static func emptyLatencies() -> Latencies {
        Latencies(
            lowestDiscernibleValue: 1_000,
            highestTrackableValue: 3_600_000_000_000,
            numberOfSignificantValueDigits: .three
        )
    }

    /// By `RequestKind`; nil for kinds that did not occur.
    private(set) var kinds: [OfKind?] = Array(repeating: nil, count: RequestKind.allCases.count)
    /// Answers by status code, of measured requests.
    private(set) var statuses: [Int] = Array(repeating: 0, count: 600)
    /// Requests without an answer, by reason.
    private(set) var failures: [BenchFailure: Int] = [:]
    /// Answers with the expected status within the measured time, whenever they were requested.
    var answeredInWindow = 0
    /// Requests whose intended start lay within the measured time.
    var intended = 0
    /// Acknowledged checkouts written to the journal, warm-up included.
    var journalled = 0
    /// The measured time that passed before the run ended, in nanoseconds.
    var measuredTime: Int64 = 0
    /// Processor time of the workers in nanoseconds.
    var processorTime: Int64 = 0
    /// Whether any connection was ever open.
    var connected = false
    /// ETags learned, by generated SKU.
    var etags: [Int: [UInt8]] = [:]
    /// The first body that came with an unexpected status.
    var firstRefusal: String?

    /// Counts an answer.
    mutating func answered(_ kind: RequestKind, status: Int, nanoseconds: Int64) {
        statuses[status] += 1
        let value = Self.clamp(nanoseconds)
        if status == kind.expectedStatus {
            kinds[kind.rawValue, default: OfKind()].latencies.record(value)
        } else {
            kinds[kind.rawValue, default: OfKind()].others.record(value)
        }
    }

    /// Counts a request without an answer.
    ///
    /// Its wait so far counts as its latency, a lower bound, so that a stalled server cannot improve its percentiles by not
    /// answering.
    mutating func failed(_ failure: BenchFailure, kind: RequestKind?, waited nanoseconds: Int64 = 0) {
        failures[failure, default: 0] += 1
        guard let kind, failure == .timeout || failure == .unsent else { return }
        kinds[kind.rawValue, default: OfKind()].latencies.record(Self.clamp(nanoseconds))
    }

    private static func clamp(_ nanoseconds: Int64) -> UInt64 { UInt64(max(0, min(nanoseconds, 3_600_000_000_000))) }

    /// Adds another worker's counts.
    mutating func add(_ other: BenchTally) {
        for (index, kind) in other.kinds.enumerated() {
            guard let kind else { continue }
            kinds[index, default: OfKind()].latencies.add(kind.latencies)
            kinds[index, default: OfKind()].others.add(kind.others)
        }
        for index in statuses.indices { statuses[index] += other.statuses[index] }
        failures.merge(other.failures, uniquingKeysWith: +)
        answeredInWindow += other.answeredInWindow
        intended += other.intended
        journalled += other.journalled
        measuredTime = max(measuredTime, other.measuredTime)
        processorTime += other.processorTime
        connected = connected || other.connected
        etags.merge(other.etags) { first, _ in first }
        firstRefusal = firstRefusal ?? other.firstRefusal
    }

    /// The latencies of all kinds together.
    var latencies: Latencies {
        var all = Self.emptyLatencies()
        for kind in kinds { if let kind { all.add(kind.latencies) } }
        return all
    }

    /// The latencies of all answers with another status than the expected one.
    var otherLatencies: Latencies {
        var all = Self.emptyLatencies()
        for kind in kinds { if let kind { all.add(kind.others) } }
        return all
    }
}

extension Array {
    /// The optional element, made first if it is nil.
    fileprivate subscript<Wrapped>(index: Int, default value: @autoclosure () -> Wrapped) -> Wrapped
    where Element == Wrapped? {
        get { self[index] ?? value() }
        _modify {
            if self[index] == nil { self[index] = value() }
            var element = self[index] ?? value()
            self[index] = nil
            defer { self[index] = element }
            yield &element
        }
    }
}
