// Lists from other tools hold outages that overlap, touch, repeat, run backwards, have no duration or never end. This type
// decides about each of them, in one place and independent of the order of the list:
//
// - an outage that is listed twice counts once, also where one of the rows lacks the end that the other one has;
// - an outage that ends at or before its start is left out: it has no down time;
// - outages that overlap or touch are one incident: there was no up time between them;
// - a planned outage is left out, and so is the part of any other outage within planned maintenance; an outage with maintenance
//   in its middle stays in two parts;
// - an outage without an end lasts until the next one of its service begins, since the service must have been up before that; it
//   stays an incident of its own. The last one lasts until the end of the window.

/// The outages of one service, merged into incidents.
public struct OutageHistory: Hashable, Sendable {
    /// Its incidents in order of time; no two touch.
    public let incidents: [Incident]
    /// What became of each outage, in the order of the list.
    public let treated: [TreatedOutage]
    /// How much of its outages lies within planned maintenance, without the outages that are marked as planned themselves.
    public let plannedMilliseconds: Int64

    /// The history of outages of one service.
    ///
    /// With a window, incidents outside it are left out; an incident that crosses its edge counts with the part within.
    public init(_ outages: [Outage], service: String, window: TimeWindow? = nil, maintenance: [TimeWindow] = []) {
        var treatments: [OutageTreatment] = outages.map { $0.flaw ?? .counted }
        let order = outages.indices.filter { treatments[$0] == .counted }.sorted { left, right in
            Self.precedes(outages[left], outages[right], left < right)
        }
        var runs: [Run] = []
        for (place, index) in order.enumerated() {
            let outage = outages[index]
            if place > 0, Self.repeats(outage, outages[order[place - 1]]) {
                treatments[index] = .duplicate
                continue
            }
            let next = order[place...].lazy.map { outages[$0].down }.first { $0 > outage.down }
            if runs.last?.takes(outage) == true {
                runs[runs.count - 1].add(outage, index: index, next: next)
                treatments[index] = .merged
            } else {
                runs.append(Run(outage, index: index, next: next))
            }
        }
        var incidents: [Incident] = []
        var planned: Int64 = 0
        for run in runs {
            let whole = run.incident(of: service)
            let (parts, cut) = whole.without(maintenance, within: window)
            planned += cut
            if parts.isEmpty {
                for index in run.members { treatments[index] = .planned }
            }
            for incident in parts {
                if let window, incident.milliseconds(within: window) == 0 {
                    if parts.count == 1 { for index in run.members { treatments[index] = .outside } }
                } else {
                    incidents.append(incident)
                }
            }
        }
        plannedMilliseconds = planned
        self.incidents = incidents
        treated = zip(outages, treatments).map { TreatedOutage(outage: $0, treatment: $1, isOpen: $0.up == nil) }
    }

    /// Orders by start, outages with an end before those without, and then by their order in the list.
    private static func precedes(_ left: Outage, _ right: Outage, _ isListedFirst: Bool) -> Bool {
        if left.down != right.down { return left.down < right.down }
        if left.up == right.up { return isListedFirst }
        guard let leftUp = left.up, let rightUp = right.up else { return left.up != nil }
        return leftUp < rightUp
    }

    /// Whether an outage adds nothing to the one that is sorted before it.
    private static func repeats(_ outage: Outage, _ earlier: Outage) -> Bool {
        outage.down == earlier.down && (outage.up == earlier.up || outage.up == nil)
    }
}

/// Outages between which the service was never up.
private struct Run {
    let start: Timestamp
    /// Its end; nil while it goes on.
    private var end: Timestamp?
    /// Whether the end was assumed, as the start of the next outage.
    private var isAssumed: Bool
    private(set) var members: [Int]

    init(_ outage: Outage, index: Int, next: Timestamp?) {
        start = outage.down
        end = outage.up ?? next
        isAssumed = outage.up == nil && next != nil
        members = [index]
    }

    /// Whether an outage, which does not begin earlier, belongs to the run.
    func takes(_ outage: Outage) -> Bool {
        guard let end else { return true }
        return isAssumed ? outage.down < end : outage.down <= end
    }

    mutating func add(_ outage: Outage, index: Int, next: Timestamp?) {
        members.append(index)
        guard let end else { return }
        guard let candidate = outage.up ?? next else {
            self.end = nil
            return
        }
        if candidate > end {
            self.end = candidate
            isAssumed = outage.up == nil
        }
    }

    func incident(of service: String) -> Incident {
        Incident(service: service, start: start, recovered: end, parts: members.count)
    }
}

extension Outage {
    /// Why an outage has no down time; nil if it has.
    fileprivate var flaw: OutageTreatment? {
        if isPlanned { return .planned }
        guard let up else { return nil }
        return up < down ? .reversed : up == down ? .zeroLength : nil
    }
}

extension Incident {
    /// The incidents that are left without planned maintenance, and the milliseconds that lie within it, both clipped to the
    /// window.
    fileprivate func without(_ maintenance: [TimeWindow], within window: TimeWindow?) -> ([Incident], Int64) {
        var parts = [self]
        for planned in maintenance { parts = parts.flatMap { $0.without(planned) } }
        func length(_ incident: Incident) -> Int64 {
            if let window { return incident.milliseconds(within: window) }
            return incident.recovered.map { incident.start.milliseconds(to: $0) } ?? 0
        }
        return (parts, max(0, length(self) - parts.reduce(0) { $0 + length($1) }))
    }

    private func without(_ planned: TimeWindow) -> [Incident] {
        guard planned.from < recovered ?? .latest, planned.to > start, planned.milliseconds > 0 else {
            return [self]
        }
        var left: [Incident] = []
        if start < planned.from {
            left.append(Incident(service: service, start: start, recovered: planned.from, parts: parts))
        }
        if recovered.map({ $0 > planned.to }) ?? true {
            left.append(Incident(service: service, start: planned.to, recovered: recovered, parts: parts))
        }
        return left
    }
}
