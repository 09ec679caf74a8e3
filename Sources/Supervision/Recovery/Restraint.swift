// What a replica must not do while something is wrong. A supervisor may die while a restraint is in force, and the replica must
// not keep it for ever; so a restraint expires after a while, and the supervisor repeats it as long as its cause lasts.

import JSON

/// What a replica must not do for a while.
public struct Restraint: Hashable, Sendable {
    /// Whether it accepts no new connections; open connections continue.
    public var takesNoConnections = false
    /// The tier from which on it refuses requests, from 0 (refused last) to 4; nil where it refuses none.
    public var refusesFrom: Int?
    /// Whether it refuses writes, except those about money that has already moved.
    public var isReadOnly = false
    /// Components whose workers are not restarted after a failure, by name, sorted.
    public var resting: [String] = []

    /// A restraint that is not repeated expires after this time.
    public static let holdsFor = Duration.seconds(10)

    /// No restraint.
    public init() {}

    /// Whether it restrains nothing.
    public var isEmpty: Bool { self == Restraint() }

    /// The union of two restraints.
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

    /// Reads one; members of a newer supervisor are skipped.
    ///
    /// - Throws: the error in the text; the same bytes fail again.
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
