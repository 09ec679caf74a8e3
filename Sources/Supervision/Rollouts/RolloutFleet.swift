/// The replicas of both releases during a rollout, and the requests that they answered since it began.
struct RolloutFleet: Sendable {
    /// A replica that has not exited.
    struct Member: Sendable {
        let isNew: Bool
        var isReady: Bool
        /// When it is killed; nil unless it drains.
        var drainsUntil: ContinuousClock.Instant?
        var isKilled = false
        /// Its totals when the rollout began to count, and its last totals.
        var counted = Heartbeat.Requests()
        var latest = Heartbeat.Requests()
        var hasCounts: Bool
    }

    private(set) var members: [ReplicaID: Member] = [:]
    /// Requests answered by replicas that have exited, by whether they were new.
    private var past = [true: Heartbeat.Requests(), false: Heartbeat.Requests()]

    init(old: [ReplicaID]) {
        for replica in old { members[replica] = Member(isNew: false, isReady: true, hasCounts: false) }
    }

    mutating func add(_ replica: ReplicaID, isNew: Bool) {
        members[replica] = Member(isNew: isNew, isReady: false, hasCounts: true)
    }

    mutating func ready(_ replica: ReplicaID) {
        members[replica]?.isReady = true
    }

    mutating func drain(_ replica: ReplicaID, until: ContinuousClock.Instant) {
        members[replica]?.drainsUntil = until
    }

    mutating func killed(_ replica: ReplicaID) {
        members[replica]?.isKilled = true
    }

    /// Removes a replica; nil if it is not a member.
    mutating func remove(_ replica: ReplicaID) -> Member? {
        guard let member = members.removeValue(forKey: replica) else { return nil }
        past[member.isNew, default: Heartbeat.Requests()] += member.latest - member.counted
        return member
    }

    /// Records a replica's totals; for an old replica the first reported totals are the starting point.
    mutating func count(_ replica: ReplicaID, _ requests: Heartbeat.Requests) {
        guard var member = members[replica], requests.total >= member.latest.total else { return }
        if !member.hasCounts { member.counted = requests }
        member.hasCounts = true
        member.latest = requests
        members[replica] = member
    }

    /// Requests that the replicas of one release answered since the rollout began.
    func requests(ofNew isNew: Bool) -> Heartbeat.Requests {
        members.values.filter { $0.isNew == isNew }
            .reduce(past[isNew] ?? Heartbeat.Requests()) { $0 + ($1.latest - $1.counted) }
    }

    /// The replicas of one release that do not drain, oldest first.
    func staying(new isNew: Bool) -> [ReplicaID] {
        members.filter { $0.value.isNew == isNew && $0.value.drainsUntil == nil }.keys.sorted()
    }

    /// The replicas of one release that serve and do not drain, oldest first.
    func serving(new isNew: Bool) -> [ReplicaID] {
        staying(new: isNew).filter { members[$0]?.isReady == true }
    }

    /// The replicas that drain.
    var draining: [ReplicaID] { members.filter { $0.value.drainsUntil != nil }.keys.sorted() }

    /// Replicas whose time to drain is over, and that have not been killed yet.
    func overdue(at now: ContinuousClock.Instant) -> [ReplicaID] {
        members.filter { !$0.value.isKilled && ($0.value.drainsUntil.map { now >= $0 } ?? false) }.keys.sorted()
    }
}
