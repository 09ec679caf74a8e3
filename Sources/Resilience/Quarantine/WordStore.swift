/// Words in memory that outlives the process which wrote them; each is read and written atomically, also by several processes at
/// once.
public protocol WordStore: Sendable {
    /// The number of words; all are 0 at first.
    var count: Int { get }
    /// The word at an index from 0.
    subscript(index: Int) -> UInt64 { get nonmutating set }
}
