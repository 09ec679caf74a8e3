/// The replicas of both releases while one takes the other's place, and what they have answered since it began.
struct RolloutFleet: Sendable {
    /// A replica that has not exited.
    struct Member: Sendable {
        let isNew: Bool
        var isReady: Bool
        /// When it is killed; nil unless it drains.
        var drainsUntil: ContinuousClock.Instant?
        var isKilled = false
        /// Its totals when the rollout began to count, and the last ones heard.
        var counted = Heartbeat.Requests()
        var latest = Heartbeat.Requests()
        var hasCounts: Bool
    }

    private(set) var members: [ReplicaID: Member] = [:]
    /// What replicas that have exited had answered.
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

    /// Takes a replica out; nil if it was none of these.
    mutating func remove(_ replica: ReplicaID) -> Member? {
        guard let member = members.removeValue(forKey: replica) else { return nil }
        past[member.isNew, default: Heartbeat.Requests()] += member.latest - member.counted
        return member
    }

    /// Takes a replica's totals; an old one's count from the first that are heard.
    mutating func count(_ replica: ReplicaID, _ requests: Heartbeat.Requests) {
        guard var member = members[replica], requests.total >= member.latest.total else { return }
        if !member.hasCounts { member.counted = requests }
        member.hasCounts = true
        member.latest = requests
        members[replica] = member
    }

    /// What the replicas of one side have answered since the rollout began.
    func requests(ofNew isNew: Bool) -> Heartbeat.Requests {
        members.values.filter { $0.isNew == isNew }
            .reduce(past[isNew] ?? Heartbeat.Requests()) { $0 + ($1.latest - $1.counted) }
    }

    /// The replicas of one side that do not drain, oldest first.
    func staying(new isNew: Bool) -> [ReplicaID] {
        members.filter { $0.value.isNew == isNew && $0.value.drainsUntil == nil }.keys.sorted()
    }

    /// Those of one side that serve and do not drain, oldest first.
    func serving(new isNew: Bool) -> [ReplicaID] {
        staying(new: isNew).filter { members[$0]?.isReady == true }
    }

    /// Those that drain.
    var draining: [ReplicaID] { members.filter { $0.value.drainsUntil != nil }.keys.sorted() }

    /// Those whose time to drain is over, and that have not been killed yet.
    func overdue(at now: ContinuousClock.Instant) -> [ReplicaID] {
        members.filter { !$0.value.isKilled && ($0.value.drainsUntil.map { now >= $0 } ?? false) }.keys.sorted()
    }
}
