// What a replica leaves undone while something is wrong. A supervisor may die with a restraint in force, and a replica must not keep
// it for ever then; so it holds for a while only, and is said again as long as there is reason for it.

import JSON

/// What a replica is told to leave undone for a while.
public struct Restraint: Hashable, Sendable {
    /// Whether it takes no new connections; what it has goes on.
    public var takesNoConnections = false
    /// The tier of requests from which on it refuses all, as a number from 0, the last to be refused, to 4; nil where it refuses none.
    public var refusesFrom: Int?
    /// Whether it refuses what writes, but for what has to do with money that has moved.
    public var isReadOnly = false
    /// Components whose workers are not started again once they have failed, by name, in order.
    public var resting: [String] = []

    /// For how long one holds that is not said again.
    public static let holdsFor = Duration.seconds(10)

    /// None at all.
    public init() {}

    /// Whether it asks for nothing.
    public var isEmpty: Bool { self == Restraint() }

    /// Both at once.
    public func joined(with other: Restraint) -> Restraint {
        var both = self
        both.takesNoConnections = takesNoConnections || other.takesNoConnections
        both.refusesFrom = [refusesFrom, other.refusesFrom].compactMap(\.self).min()
        both.isReadOnly = isReadOnly || other.isReadOnly
        both.resting = Set(resting).union(other.resting).sorted()
        return both
    }

    /// Its JSON bytes, without a line feed.
    public var bytes: [UInt8] {
        var json = JSONWriter(capacity: 96)
        json.object { json in
            json.member("takesNoConnections", takesNoConnections)
            if let refusesFrom { json.member("refusesFrom", refusesFrom) }
            json.member("isReadOnly", isReadOnly)
            guard !resting.isEmpty else { return }
            json.key("resting")
            json.array { json in for name in resting { json.string(name) } }
        }
        return json.bytes
    }

    /// Reads one; what a newer supervisor may ask besides is passed over.
    public init(bytes: [UInt8]) throws(JSONError) {
        self.init()
        var json = JSONReader(bytes, limits: JSONLimits(maxDepth: 2, maxStringBytes: 64, maxMembers: 16))
        var read = Restraint()
        try json.object { (json, name) throws(JSONError) in
            switch name {
            case "takesNoConnections": read.takesNoConnections = try json.bool()
            case "refusesFrom": read.refusesFrom = try json.int(in: 0...4)
            case "isReadOnly": read.isReadOnly = try json.bool()
            case "resting":
                var names: [String] = []
                try json.array { (json, _) throws(JSONError) in names.append(try json.string()) }
                read.resting = names
            default: try json.skip()
            }
        }
        try json.finish()
        self = read
    }
}
