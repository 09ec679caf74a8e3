/// One replica process of the service, by a number that the supervisor never uses again.
public struct ReplicaID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number, counted from 1.
    public let number: Int

    /// The replica of this number.
    public init(_ number: Int) {
        self.number = number
    }

    /// The name for people.
    public var description: String { "replica-\(number)" }

    /// The order in which replicas were spawned.
    public static func < (first: ReplicaID, second: ReplicaID) -> Bool { first.number < second.number }
}
