/// How a shop's archive stands, as its supervisor sees it: what the archiver last said, however long ago.
public struct ArchiveStanding: Hashable, Sendable {
    /// The age of the oldest commit that may be in no place.
    public var lateness: Duration
    /// The same for the place that is furthest behind.
    public var placeLateness: Duration
    /// The age from which on that is a fault.
    public var latenessMax: Duration
    /// The time since the archive was last found sound by a restore.
    public var verifiedAge: Duration
    /// The age from which on that is a fault.
    public var verifiedAgeMax: Duration
    /// Whether the last verification found something wrong.
    public var isDamaged: Bool

    /// A standing.
    public init(
        lateness: Duration,
        placeLateness: Duration,
        latenessMax: Duration,
        verifiedAge: Duration,
        verifiedAgeMax: Duration,
        isDamaged: Bool
    ) {
        self.lateness = lateness
        self.placeLateness = placeLateness
        self.latenessMax = latenessMax
        self.verifiedAge = verifiedAge
        self.verifiedAgeMax = verifiedAgeMax
        self.isDamaged = isDamaged
    }
}
