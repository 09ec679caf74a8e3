import Resilience
import TestSupport

/// A server with `workers` workers and one queue, in virtual time, behind an adaptive limit.
struct SimulatedServer {
    /// How many requests it serves in parallel.
    var workers: Int {
        didSet {
            freeAt = Array(freeAt.sorted().prefix(workers)) + repeatElement(now, count: max(0, workers - oldValue))
        }
    }
    /// The mean service time without queueing, in milliseconds.
    var serviceTime: Double
    /// Whether service times are exponential; otherwise they vary by half of the mean each way.
    var isExponential = false
    /// The time in milliseconds after which a client gives up.
    var timeout = Double.infinity
    /// The share of requests that fail at once.
    var errorShare = 0.0
    private(set) var limit: AdaptiveLimit
    /// Requests completed in time.
    private(set) var done = 0
    private(set) var now = 0.0
    private var freeAt: [Double]
    private var underWay: [Job] = []
    private var generator: SeededGenerator

    private struct Job {
        let start: AdaptiveLimit.Start
        let endsAt: Double
        let outcome: AdaptiveLimit.Outcome
    }

    /// The course of the steady limit over some time.
    struct Summary {
        /// The mean over the second half of that time.
        var mean = 0.0
        /// The minimum and the maximum.
        var range: ClosedRange<Int>
    }

    init(workers: Int, serviceTime: Double, limit: AdaptiveLimit.Settings = AdaptiveLimit.Settings(), seed: UInt64) {
        self.workers = workers
        self.serviceTime = serviceTime
        self.limit = AdaptiveLimit(limit, at: .ms(0))
        freeAt = Array(repeating: 0, count: workers)
        generator = SeededGenerator(seed: seed)
    }

    /// Its capacity in requests per second.
    var capacity: Double { Double(workers) * 1000 / serviceTime }

    /// Lets requests arrive for this many seconds at random times, `arrivals` per second.
    ///
    /// - Returns: the course of the steady limit.
    @discardableResult
    mutating func run(seconds: Double, arrivals: Double) -> Summary {
        let end = now + seconds * 1000
        let half = now + seconds * 500
        var summary = Summary(range: limit.steadyLimit...limit.steadyLimit)
        var (sum, count) = (0.0, 0)
        while now < end {
            let next = now + exponential() * 1000 / arrivals
            while let job = underWay.first, job.endsAt <= next { finish(job) }
            now = next
            arrive()
            let steady = limit.steadyLimit
            summary.range = min(summary.range.lowerBound, steady)...max(summary.range.upperBound, steady)
            guard now >= half else { continue }
            sum += Double(steady)
            count += 1
        }
        summary.mean = sum / Double(max(1, count))
        return summary
    }

    private static func instant(_ milliseconds: Double) -> ContinuousClock.Instant {
        .ms(0) + .nanoseconds(Int64(milliseconds * 1_000_000))
    }

    private mutating func exponential() -> Double {
        -(1 - Double.random(in: 0..<1, using: &generator)).logarithm
    }

    private mutating func scatter() -> Double {
        isExponential ? exponential() : Double.random(in: 0.5...1.5, using: &generator)
    }

    private mutating func arrive() {
        let inFlight = underWay.count + 1
        let instant = Self.instant(now)
        guard inFlight <= limit.limit(at: instant) else { return }
        let start = limit.begin(inFlight: inFlight, at: instant)
        if Double.random(in: 0..<1, using: &generator) < errorShare {
            return insert(Job(start: start, endsAt: now + 0.1, outcome: .dropped))
        }
        guard let worker = freeAt.indices.min(by: { freeAt[$0] < freeAt[$1] }) else { return }
        let ends = max(now, freeAt[worker]) + serviceTime * scatter()
        freeAt[worker] = ends
        let isLate = ends - now > timeout
        insert(Job(start: start, endsAt: isLate ? now + timeout : ends, outcome: isLate ? .dropped : .success))
    }

    private mutating func insert(_ job: Job) {
        let index = underWay.lastIndex { $0.endsAt <= job.endsAt }.map { $0 + 1 } ?? 0
        underWay.insert(job, at: index)
    }

    private mutating func finish(_ job: Job) {
        underWay.removeFirst()
        if job.outcome == .success { done += 1 }
        limit.end(job.start, job.outcome, at: Self.instant(job.endsAt))
    }
}

extension Double {
    /// The natural logarithm.
    fileprivate var logarithm: Double {
        // log(m × 2^e) = e × log 2 + 2 × artanh((m − 1) / (m + 1)), with m within 1..<2.
        let ratio = (significand - 1) / (significand + 1)
        var (power, sum, term) = (ratio, 0.0, 1.0)
        while power / term > 1e-17 {
            sum += power / term
            power *= ratio * ratio
            term += 2
        }
        return Double(exponent) * 0.693_147_180_559_945_3 + 2 * sum
    }
}
