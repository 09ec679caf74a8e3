/// Whether two orders may have the same reference, the merchant's identifier of an order.
///
/// Where references are unique, a reference belongs to its order permanently, even after a cancellation or expiry, so that a
/// repeating program does not bring back a cancelled order. Only the erasure of personal data frees it, since the reference is
/// erased then. Orders of probers are in no list and use no reference.
public enum ReferenceRule: Hashable, Sendable {
    /// They may.
    case shared
    /// They may not; if `tellsOrder`, a sender who may read orders is told which order has it.
    case unique(tellsOrder: Bool)
}
