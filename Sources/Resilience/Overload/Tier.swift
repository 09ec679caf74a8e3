/// How much is lost when a piece of work is refused: the lower the number, the more.
///
/// Five tiers in the manner of the criticality classes of the SRE book, ch. 21 ("Criticality"). They are numbers here; whoever has
/// work to do says which of it belongs where.
public enum Tier: Int, Hashable, Sendable, CaseIterable, Comparable {
    /// The result of something begun that cannot be taken back, such as a payment's. Has a reserve of its own.
    case t0 = 0
    /// What the service is there for, such as a checkout.
    case t1 = 1
    /// What leads up to it, such as a cart.
    case t2 = 2
    /// Looking around.
    case t3 = 3
    /// What can wait: searches, exports.
    case t4 = 4

    /// Whether the left one is refused later.
    public static func < (left: Tier, right: Tier) -> Bool {
        left.rawValue < right.rawValue
    }
}
