import Foundation

/// Latencies in microseconds, three significant digits.
package struct BenchLatency: Hashable, Sendable, Codable {
    /// How many were counted.
    package var count: UInt64
    /// The mean.
    package var meanMicros: Double
    /// The median.
    package var p50Micros: Double
    /// The 90th percentile.
    package var p90Micros: Double
    /// The 99th percentile.
    package var p99Micros: Double
    /// The 99.9th percentile.
    package var p999Micros: Double
    /// The longest.
    package var maxMicros: Double

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
package struct BenchPercentile: Hashable, Sendable, Codable {
    /// The latency in microseconds.
    package var micros: Double
    /// The percentile, 0 to 100.
    package var percentile: Double
    /// How many were counted up to there.
    package var count: UInt64
}

/// One kind of request within a load.
package struct BenchKindResult: Hashable, Sendable, Codable {
    /// `checkout`, `quote`, `browse`, `browse304` or `livez`.
    package var kind: String
    /// Its latencies, of answers with the expected status.
    package var latency: BenchLatency
}

/// The result of one load.
package struct BenchResult: Hashable, Sendable, Codable {
    /// The load, as in `checkout` or `checkout:hot`.
    package var load: String
    /// Whether arrivals were open; if not, latencies are closed-loop ones.
    package var isOpen: Bool
    /// The rate asked for, requests a second; nil in a closed loop.
    package var rateAsked: Double?
    /// Expected answers a second that came within the measured time.
    package var rate: Double
    /// Requests whose intended start lay within the measured time.
    package var requests: Int
    /// Answers by HTTP status.
    package var statuses: [String: Int]
    /// Answers with another status than the expected one.
    package var unexpected: Int
    /// Requests and connects without an answer by reason: `connect`, `closed`, `timeout`, `malformed`, `unsent`.
    package var failures: [String: Int]
    /// Latencies of expected answers from the intended start; requests without an answer count with their wait.
    package var latency: BenchLatency
    /// Latencies of the answers with another status; nil if there were none.
    package var unexpectedLatency: BenchLatency?
    /// The kinds of request in it.
    package var kinds: [BenchKindResult]
    /// The whole distribution, if it was asked for.
    package var percentiles: [BenchPercentile]?
    /// Seconds that were measured; in a comparison, of all rounds.
    package var measuredSeconds: Double
    /// Processor time of the generator's threads, as a share of one core.
    package var generatorLoad: Double
    /// The first body with an unexpected status, cut to 1,000 bytes.
    package var firstUnexpectedBody: String?

    /// The number of errors in requests and connects.
    package var errors: Int { unexpected + failures.values.reduce(0, +) }
}

/// One load of a comparison.
package struct BenchCompared: Hashable, Sendable, Codable {
    /// Its result over all rounds.
    package var result: BenchResult
    /// The rate of each round.
    package var rates: [Double]
    /// The median of the rates.
    package var medianRate: Double
    /// The median rate over that of the first load.
    package var ratio: Double
    /// The smallest ratio within one round.
    package var ratioMin: Double
    /// The largest ratio within one round.
    package var ratioMax: Double
}

/// The result of a bench, with its options.
package struct BenchReport: Hashable, Sendable, Codable {
    /// The server.
    package var url: String
    /// Connections in all.
    package var connections: Int
    /// Threads of the generator.
    package var threads: Int
    /// Seconds of warm-up, not counted.
    package var warmupSeconds: Double
    /// Seconds measured; of each round, in a comparison.
    package var durationSeconds: Double
    /// How open arrivals were spaced; nil in a closed loop.
    package var arrivals: BenchArrivals?
    /// Seeded the arrivals and the SKUs.
    package var seed: UInt64
    /// Generated SKUs that were drawn from.
    package var skus: Int
    /// The hot SKU and its share, as in `sku-00000:1.0`; nil if none took part.
    package var hot: String?
    /// The load's result; nil in a comparison.
    package var result: BenchResult?
    /// The loads of a comparison in order; empty for a single load.
    package var compared: [BenchCompared]
    /// Acknowledged checkouts in the journal, warm-up included; nil without a journal.
    package var journalled: Int?
    /// What a durable write costs; nil if it was not measured.
    package var fsync: FsyncProbe?
    /// Whether the run was stopped before its end.
    package var interrupted: Bool

    /// The number of errors over all loads.
    package var errors: Int { (result?.errors ?? 0) + compared.reduce(0) { $0 + $1.result.errors } }

    /// The answers of the load with the fewest: if zero, nothing was measured.
    package var answers: Int {
        (compared.map(\.result) + [result].compactMap(\.self)).map { $0.statuses.values.reduce(0, +) }.min() ?? 0
    }

    /// Median latency over fdatasync's median; nil unless both were measured with open arrivals.
    package var p50OverFsync: Double? { overFsync(\.p50Micros) }
    /// 99th percentile over fdatasync's median; nil unless both were measured with open arrivals.
    package var p99OverFsync: Double? { overFsync(\.p99Micros) }

    private func overFsync(_ percentile: KeyPath<BenchLatency, Double>) -> Double? {
        guard let fsync, fsync.p50Micros > 0, let result, result.isOpen else { return nil }
        return result.latency[keyPath: percentile] / fsync.p50Micros
    }

    /// The report as one JSON object, keys in order, with a newline at the end.
    package func json() throws -> String {
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
