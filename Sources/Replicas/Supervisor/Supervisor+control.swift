import Foundation
import JSON
import Supervision
import Time

extension Supervisor {
    /// Answers a request of a client.
    func answer(_ question: [UInt8], to peer: ControlPeer, at now: ContinuousClock.Instant) {
        do {
            switch try ControlRequest(bytes: question) {
            case .status: peer.say(status(at: now), isLast: true)
            case .restart(let request): restart(request, for: peer, at: now)
            }
        } catch {
            peer.say(RestartReport.outcome(isDone: false, "\(error)").bytes, isLast: true)
        }
    }

    /// The status as JSON.
    private func status(at now: ContinuousClock.Instant) -> [UInt8] {
        var json = JSONWriter(capacity: 2048)
        json.object { json in
            json.key("supervisor")
            json.object { json in write(to: &json, at: now) }
            json.key("replicas")
            json.array { json in
                for replica in replicas.values.sorted(by: { $0.id < $1.id }) { replica.write(to: &json, at: now) }
            }
            json.key("crashLoops")
            json.array { json in for name in loops.looping(at: now) { json.string(name) } }
            json.key("recoveries")
            recoveries.write(to: &json)
        }
        return json.bytes
    }

    private func write(to json: inout JSONWriter, at now: ContinuousClock.Instant) {
        json.member("isAlive", true)
        json.member("pid", Int64(getpid()))
        json.member("version", plan.version)
        json.member("state", isStopping ? "stopping" : rollout != nil ? "restarting" : "running")
        json.member("uptimeMs", startedAt.duration(to: now).wholeMilliseconds)
        json.member("port", listener.port)
        json.member("release", release.name)
        json.member("wanted", wanted)
        json.member("minimum", plan.replicas.lowerBound)
        json.member("maximum", plan.replicas.upperBound)
        json.member("restarts", restarts)
        json.member("quarantines", records != nil)
    }
}

extension ManagedReplica {
    fileprivate func write(to json: inout JSONWriter, at now: ContinuousClock.Instant) {
        json.object { json in
            json.member("id", id.description)
            json.member("pid", Int64(process.pid))
            json.member("release", Release.name(release))
            json.member("state", state(at: now))
            json.member("uptimeMs", startedAt.duration(to: now).wholeMilliseconds)
            json.member("isAdopted", isAdopted)
            guard let heartbeat, let heardAt else { return }
            json.member("heartbeatAgeMs", heardAt.duration(to: now).wholeMilliseconds)
            json.member("cpuPercent", Int64((busyProcessors * 100).rounded()))
            heartbeat.writeFigures(to: &json)
        }
    }
}

extension Heartbeat {
    /// Writes the figures of a replica, as members of the open object.
    func writeFigures(to json: inout JSONWriter) {
        json.member("version", version)
        json.member("eventLoopLagMs", eventLoopLag.wholeMilliseconds)
        if let canaryAge { json.member("canaryAgeMs", canaryAge.wholeMilliseconds) }
        json.member("inFlight", inFlight)
        json.member("requests", requests.total)
        json.member("errors", requests.errors)
        json.member("shed", requests.shed)
        json.member("residentBytes", residentBytes)
        json.member("descriptors", descriptors.used)
        json.member("descriptorLimit", descriptors.limit)
    }
}
