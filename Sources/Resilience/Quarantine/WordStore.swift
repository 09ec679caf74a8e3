/// Words in memory that outlives the process which wrote them; each is read and written as a whole, also by several processes at once.
public protocol WordStore: Sendable {
    /// How many there are; all are 0 at first.
    var count: Int { get }
    /// One of them, from 0 on.
    subscript(index: Int) -> UInt64 { get nonmutating set }
}
