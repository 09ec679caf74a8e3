// After a crash or a hang of a replica, the requests that it had under way are suspected. A request that was under way at three
// such ends is refused by all replicas.

import Foundation
import Logging
import Resilience

extension Supervisor {
    /// Suspects the requests of a replica that ended without having been told to, and removes its record.
    func suspectRequests(of replica: ManagedReplica, at now: ContinuousClock.Instant) {
        guard let records else { return }
        let process = replica.process.pid
        defer { records.forget(process) }
        if case .draining = replica.phase { return }
        do throws(SystemError) {
            let suspects = try records.suspects()
            for print in Quarantine.left(in: try records.underWay(in: process)) {
                guard suspects.strike(print, at: RequestRecords.now) else { continue }
                refused(print, at: now)
            }
        } catch {
            logger.warning("what \(replica.id) had under way cannot be read: \(error)")
        }
    }

    private func refused(_ print: RequestPrint, at now: ContinuousClock.Instant) {
        let cause = "\(SuspectList.strikes) replicas have ended while they handled it"
        let action = "it is refused for \(SuspectList.term) s"
        let subject = "request \(String(print.value, radix: 16))"
        logger.critical("\(subject): \(action)", metadata: ["cause": "\(cause)"])
        let entry = recoveries.note(subject, policy: "poison-request", cause: cause, action: action, at: now)
        recoveries.conclude(entry, "no replica handles it")
    }
}
