/// Whether two orders may have one reference, the merchant's own word for an order.
///
/// Where they may not, a reference is its order's for good: also once the order was called off or has expired, so that a program that
/// repeats itself does not bring back what was called off. Only the erasure of personal data frees it, as nobody knows it any more then.
/// Orders of probers are in no list and take no reference.
public enum ReferenceRule: Hashable, Sendable {
    /// They may.
    case shared
    /// They may not; whoever may read orders is told which one has it.
    case unique(tellsOrder: Bool)
}
