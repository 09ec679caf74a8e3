import Foundation

/// Latencies in microseconds, three significant digits.
public struct BenchLatency: Hashable, Sendable, Codable {
    /// How many were counted.
    public var count: UInt64
    /// The mean.
    public var meanMicros: Double
    /// The median.
    public var p50Micros: Double
    /// The 90th percentile.
    public var p90Micros: Double
    /// The 99th percentile.
    public var p99Micros: Double
    /// The 99.9th percentile.
    public var p999Micros: Double
    /// The longest.
    public var maxMicros: Double

    /// From recorded nanoseconds.
    init(_ latencies: BenchTally.Latencies) {
        func micros(_ percentile: Double) -> Double {
            latencies.totalCount == 0 ? 0 : Double(latencies.valueAtPercentile(percentile)) / 1_000
        }
        count = latencies.totalCount
        meanMicros = count == 0 ? 0 : latencies.mean / 1_000
        p50Micros = micros(50)
        p90Micros = micros(90)
        p99Micros = micros(99)
        p999Micros = micros(99.9)
        maxMicros = micros(100)
    }
}

/// One step of HdrHistogram's percentile distribution.
public struct BenchPercentile: Hashable, Sendable, Codable {
    /// The latency in microseconds.
    public var micros: Double
    /// The percentile, 0 to 100.
    public var percentile: Double
    /// How many were counted up to there.
    public var count: UInt64
}

/// One kind of request within a load.
public struct BenchKindResult: Hashable, Sendable, Codable {
    /// `checkout`, `quote`, `browse`, `browse304` or `livez`.
    public var kind: String
    /// Its latencies, of answers with the expected status.
    public var latency: BenchLatency
}

/// What one load measured.
public struct BenchResult: Hashable, Sendable, Codable {
    /// The load, as in `checkout` or `checkout:hot`.
    public var load: String
    /// Whether arrivals were open; if not, latencies are closed-loop ones.
    public var isOpen: Bool
    /// The rate asked for, requests a second; nil in a closed loop.
    public var rateAsked: Double?
    /// Expected answers a second that came within the measured time.
    public var rate: Double
    /// Requests whose intended start lay within the measured time.
    public var requests: Int
    /// Answers by HTTP status.
    public var statuses: [String: Int]
    /// Answers with another status than the expected one.
    public var unexpected: Int
    /// Requests and connects without an answer by reason: `connect`, `closed`, `timeout`, `malformed`, `unsent`.
    public var failures: [String: Int]
    /// Latencies of expected answers from the intended start; requests that waited in vain count with that wait.
    public var latency: BenchLatency
    /// Latencies of the answers with another status; nil if there were none.
    public var unexpectedLatency: BenchLatency?
    /// The kinds of request in it.
    public var kinds: [BenchKindResult]
    /// The whole distribution, if it was asked for.
    public var percentiles: [BenchPercentile]?
    /// Seconds that were measured; in a comparison, of all rounds.
    public var measuredSeconds: Double
    /// Processor time of the generator's threads, as a share of one core.
    public var generatorLoad: Double
    /// The first body with an unexpected status, cut to 1,000 bytes.
    public var firstUnexpectedBody: String?

    /// Everything that went wrong, in requests and connects.
    public var errors: Int { unexpected + failures.values.reduce(0, +) }
}

/// One load of a comparison.
public struct BenchCompared: Hashable, Sendable, Codable {
    /// What it measured over all rounds.
    public var result: BenchResult
    /// The rate of each round.
    public var rates: [Double]
    /// The median of the rates.
    public var medianRate: Double
    /// The median rate over that of the first load.
    public var ratio: Double
    /// The smallest ratio within one round.
    public var ratioMin: Double
    /// The largest ratio within one round.
    public var ratioMax: Double
}

/// What a bench measured, with what it was told.
public struct BenchReport: Hashable, Sendable, Codable {
    /// The server.
    public var url: String
    /// Connections in all.
    public var connections: Int
    /// Threads of the generator.
    public var threads: Int
    /// Seconds of warm-up, not counted.
    public var warmupSeconds: Double
    /// Seconds measured; of each round, in a comparison.
    public var durationSeconds: Double
    /// How open arrivals were spaced; nil in a closed loop.
    public var arrivals: BenchArrivals?
    /// Seeded the arrivals and the SKUs.
    public var seed: UInt64
    /// Generated SKUs that were drawn from.
    public var skus: Int
    /// The hot SKU and its share, as in `sku-00000:1.0`; nil if none took part.
    public var hot: String?
    /// The load's result; nil in a comparison.
    public var result: BenchResult?
    /// The loads of a comparison in order; empty for a single load.
    public var compared: [BenchCompared]
    /// Acknowledged checkouts in the journal, warm-up included; nil without a journal.
    public var journalled: Int?
    /// What a durable write costs; nil if it was not measured.
    public var fsync: FsyncProbe?
    /// Whether the run was stopped before its end.
    public var interrupted: Bool

    /// Everything that went wrong, over all loads.
    public var errors: Int { (result?.errors ?? 0) + compared.reduce(0) { $0 + $1.result.errors } }

    /// The answers of the load that got the fewest: without any, nothing was measured.
    public var answers: Int {
        (compared.map(\.result) + [result].compactMap(\.self)).map { $0.statuses.values.reduce(0, +) }.min() ?? 0
    }

    /// Median latency over fdatasync's median; nil unless both were measured with open arrivals.
    public var p50OverFsync: Double? { overFsync(\.p50Micros) }
    /// 99th percentile over fdatasync's median; nil unless both were measured with open arrivals.
    public var p99OverFsync: Double? { overFsync(\.p99Micros) }

    private func overFsync(_ percentile: KeyPath<BenchLatency, Double>) -> Double? {
        guard let fsync, fsync.p50Micros > 0, let result, result.isOpen else { return nil }
        return result.latency[keyPath: percentile] / fsync.p50Micros
    }

    /// The report as one JSON object, keys in order, with a newline at the end.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

extension BenchResult {
    /// From the counts of one load's runs.
    init(load: BenchLoad, pace: BenchPace, tally: BenchTally, measured: Double, elapsed: Double, percentiles: Bool) {
        self.load = load.description
        if case .open(let rate, _) = pace { rateAsked = rate }
        isOpen = rateAsked != nil
        rate = measured > 0 ? Double(tally.answeredInWindow) / measured : 0
        requests = tally.intended
        statuses = [:]
        for (status, count) in tally.statuses.enumerated() where count > 0 { statuses[String(status)] = count }
        failures = [:]
        for (failure, count) in tally.failures { failures[failure.rawValue] = count }
        let all = tally.latencies
        let others = tally.otherLatencies
        latency = BenchLatency(all)
        unexpected = Int(others.totalCount)
        unexpectedLatency = others.totalCount == 0 ? nil : BenchLatency(others)
        kinds = []
        for kind in RequestKind.allCases {
            guard let counted = tally.kinds[kind.rawValue], counted.latencies.totalCount > 0 else { continue }
            kinds.append(BenchKindResult(kind: kind.name, latency: BenchLatency(counted.latencies)))
        }
        if percentiles {
            self.percentiles = all.percentiles(ticksPerHalfDistance: 5).map { step in
                BenchPercentile(
                    micros: Double(step.value) / 1_000,
                    percentile: step.percentile,
                    count: step.totalCountToThisValue
                )
            }
        }
        measuredSeconds = measured
        generatorLoad = elapsed > 0 ? Double(tally.processorTime) / 1e9 / elapsed : 0
        firstUnexpectedBody = tally.firstRefusal
    }
}
