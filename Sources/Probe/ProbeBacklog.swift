// A prober's results that are not yet sent. While the shop does not answer they are kept; later they show an outage that no
// server could record.

import Availability
import JSON
import Trading

/// The result of one round of a prober.
package struct ProbeRound: Hashable, Sendable {
    /// When it began.
    package let at: Timestamp
    /// The number of failed rounds in a row, this one included; 0 if it passed.
    package let failures: Int
    /// The error; nil if it passed.
    package let failure: String?
}

/// Verdicts to send, the oldest first.
struct ProbeBacklog: Sendable {
    private(set) var waiting: [ProbeRound] = []
    private var run = ProbeRun()
    private var batches = 0
    /// The batch that was sent without an answer: it is sent again under its key before anything else.
    private(set) var batch: (key: String, rounds: [ProbeRound])?
    private let name: String
    private let keptMax: Int
    private let postedMax: Int

    /// - Parameter name: unique for each prober, so that two never use the same keys.
    init(name: String, keptMax: Int = ProbeOptions.keptMax, postedMax: Int = ProbeOptions.postedMax) {
        self.name = name
        self.keptMax = keptMax
        self.postedMax = postedMax
    }

    /// Records a finished round.
    mutating func record(_ failure: String?, at time: Timestamp) -> ProbeRound {
        let verdict = run.record(hasPassed: failure == nil)
        let round = ProbeRound(at: time, failures: verdict.failures, failure: failure)
        waiting.append(round)
        waiting.removeFirst(max(0, waiting.count - keptMax))
        return round
    }

    /// The next batch to send; the same again until it was accepted.
    mutating func next() -> (key: String, body: [UInt8])? {
        if batch == nil, !waiting.isEmpty {
            batches += 1
            batch = ("\(name)-\(batches)", Array(waiting.prefix(postedMax)))
            waiting.removeFirst(batch?.rounds.count ?? 0)
        }
        return batch.map { ($0.key, Self.body($0.rounds)) }
    }

    /// The batch was accepted, or never will be.
    mutating func settle() {
        batch = nil
    }

    private static func body(_ rounds: [ProbeRound]) -> [UInt8] {
        var json = JSONWriter(capacity: 80 * rounds.count)
        json.object { json in
            json.key("verdicts")
            json.array { json in
                for round in rounds {
                    json.object { json in
                        json.member("at", round.at.description)
                        json.member("passed", round.failure == nil)
                        json.member("failures", round.failures)
                    }
                }
            }
        }
        return json.bytes
    }
}
