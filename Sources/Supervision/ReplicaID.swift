/// One process of the service: a number that the supervisor gives once and never again.
public struct ReplicaID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number, counted from 1.
    public let number: Int

    /// The replica of this number.
    public init(_ number: Int) {
        self.number = number
    }

    /// The name that people read.
    public var description: String { "replica-\(number)" }

    /// The order in which replicas were spawned.
    public static func < (first: ReplicaID, second: ReplicaID) -> Bool { first.number < second.number }
}
