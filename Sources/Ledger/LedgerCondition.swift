/// Whether a ledger is known to be damaged, and how long ago it was found sound.
public struct LedgerCondition: Hashable, Sendable {
    /// Whether changes are refused because damage was found.
    public let isDamaged: Bool
    /// The time since a check of the whole file found nothing; nil where there was none.
    public let checkedAge: Duration?

    /// A condition.
    public init(isDamaged: Bool, checkedAge: Duration?) {
        self.isDamaged = isDamaged
        self.checkedAge = checkedAge
    }
}
