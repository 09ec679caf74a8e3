// What a prober saw and has not told yet. While the door is closed nobody can be told; afterwards it is, and so an outage is known that no
// server could record.

import Availability
import JSON
import Trading

/// What a prober saw of one round.
package struct ProbeRound: Hashable, Sendable {
    /// When it began.
    package let at: Timestamp
    /// How many rounds in a row had failed with it; 0 if it went well.
    package let failures: Int
    /// What went wrong; nil if nothing did.
    package let failure: String?
}

/// Verdicts that wait to be told, the oldest first.
struct ProbeBacklog: Sendable {
    private(set) var waiting: [ProbeRound] = []
    private var run = ProbeRun()
    private var batches = 0
    /// The batch that was sent and has no answer: it is sent again under its key before anything else.
    private(set) var batch: (key: String, rounds: [ProbeRound])?
    private let name: String
    private let keptMax: Int
    private let postedMax: Int

    /// - Parameter name: fresh for each prober, so that the keys of two are never the same.
    init(name: String, keptMax: Int = ProbeOptions.keptMax, postedMax: Int = ProbeOptions.postedMax) {
        self.name = name
        self.keptMax = keptMax
        self.postedMax = postedMax
    }

    /// Takes in a round that ended.
    mutating func record(_ failure: String?, at time: Timestamp) -> ProbeRound {
        let verdict = run.record(hasPassed: failure == nil)
        let round = ProbeRound(at: time, failures: verdict.failures, failure: failure)
        waiting.append(round)
        waiting.removeFirst(max(0, waiting.count - keptMax))
        return round
    }

    /// What to send next; the same again until it was taken.
    mutating func next() -> (key: String, body: [UInt8])? {
        if batch == nil, !waiting.isEmpty {
            batches += 1
            batch = ("\(name)-\(batches)", Array(waiting.prefix(postedMax)))
            waiting.removeFirst(batch?.rounds.count ?? 0)
        }
        return batch.map { ($0.key, Self.body($0.rounds)) }
    }

    /// What was sent has been taken, or will never be.
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
