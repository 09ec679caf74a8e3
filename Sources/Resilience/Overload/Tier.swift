/// How valuable a piece of work is: the lower the number, the greater the loss when it is refused.
///
/// Five tiers in the manner of the criticality classes of the SRE book, ch. 21 ("Criticality"). The caller assigns its work to
/// tiers.
public enum Tier: Int, Hashable, Sendable, CaseIterable, Comparable {
    /// The result of an action that cannot be undone, such as a payment. Has a reserve of its own.
    case t0 = 0
    /// The purpose of the service, such as a checkout.
    case t1 = 1
    /// The steps before it, such as a cart.
    case t2 = 2
    /// Browsing.
    case t3 = 3
    /// Work that can wait: searches, exports.
    case t4 = 4

    /// Whether the left one is refused later than the right one.
    public static func < (left: Tier, right: Tier) -> Bool {
        left.rawValue < right.rawValue
    }
}
