import Load
import Synchronization

/// The wanted and the serving number of replicas, over the time of a drill.
final class ScalingPath: Sendable {
    /// A sample.
    private struct Sample {
        let at: Int64
        let wanted: Int
        let serving: Int
        let inFlight: Int
    }

    private struct State {
        var samples: [Sample] = []
        var up: Int64 = .max
        var down: Int64 = .max
    }

    private let state = Mutex(State())

    /// Samples ten times a second, for `seconds`.
    func follow(_ shop: DrillShop, for seconds: Double) async throws {
        let end = BenchClock.now() + Int64(seconds * 1e9)
        while BenchClock.now() < end {
            let status = try shop.status()
            // A supervisor that did not answer in time gives no sample.
            if let wanted = status.supervisor.wanted {
                let sample = Sample(
                    at: BenchClock.now(),
                    wanted: wanted,
                    serving: status.serving.count,
                    inFlight: status.replicas.reduce(0) { $0 + ($1.inFlight ?? 0) }
                )
                state.withLock { $0.samples.append(sample) }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Records that the load goes up now.
    func stepUp() { state.withLock { $0.up = BenchClock.now() } }

    /// Records that the load goes back now.
    func stepDown() { state.withLock { $0.down = BenchClock.now() } }

    /// The greatest wanted number before the load went up.
    var mostBefore: Int {
        state.withLock { state in state.samples.filter { $0.at < state.up }.map(\.wanted).max() ?? 0 }
    }
    /// The greatest wanted number.
    var most: Int { state.withLock { $0.samples.map(\.wanted).max() ?? 0 } }
    /// The last wanted number.
    var last: Int { state.withLock { $0.samples.last?.wanted ?? 0 } }

    /// `up` and `down`, one for each stretch in which the wanted number moved in one direction.
    var directions: [String] {
        let wanted = state.withLock { $0.samples.map(\.wanted) }
        var directions: [String] = []
        for (before, after) in zip(wanted, wanted.dropFirst()) where before != after {
            let direction = after > before ? "up" : "down"
            if directions.last != direction { directions.append(direction) }
        }
        return directions
    }

    /// From the step up until at least this many were wanted.
    func secondsUntilWanted(_ count: Int) -> Double? {
        state.withLock { state in
            Self.seconds(from: state.up, to: state.samples.first { $0.at >= state.up && $0.wanted >= count })
        }
    }

    /// From the step up until at least this many served.
    func secondsUntilServing(_ count: Int) -> Double? {
        state.withLock { state in
            Self.seconds(from: state.up, to: state.samples.first { $0.at >= state.up && $0.serving >= count })
        }
    }

    /// From the step back until only one was wanted.
    func secondsUntilOne() -> Double? {
        state.withLock { state in
            Self.seconds(from: state.down, to: state.samples.first { $0.at >= state.down && $0.wanted == 1 })
        }
    }

    private static func seconds(from start: Int64, to sample: Sample?) -> Double? {
        sample.map { Double($0.at - start) / 1e9 }
    }

    /// Each change of the wanted number with the requests in progress, and their average at the high load.
    var words: [String] {
        let (samples, up, down) = state.withLock { ($0.samples, $0.up, $0.down) }
        var words: [String] = []
        for (before, after) in zip(samples, samples.dropFirst()) where before.wanted != after.wanted {
            let at = DrillReport.seconds(Double(after.at - up) / 1e9)
            words.append(
                "\(at) s after the step: \(after.wanted) wanted instead of \(before.wanted), \(after.inFlight) under way"
            )
        }
        let high = samples.filter { $0.at > up + 3_000_000_000 && $0.at < down }.map(\.inFlight)
        let mean = high.reduce(0, +) / max(1, high.count)
        return words + ["under way at the high load: \(mean) on average, \(high.min() ?? 0) to \(high.max() ?? 0)"]
    }
}
