/// Which events an endpoint is told of: exact names, everything of one area as in `order.*`, or `*`.
public struct EventFilter: Hashable, Sendable {
    /// How many patterns there may be.
    public static let count = 1...50
    /// The pattern of everything.
    public static let everything = "*"

    /// Every pattern that names something: `*`, the areas, the names.
    public static let known: Set<String> = {
        let names = EventType.allCases.map(\.name)
        let areas = names.map { $0.prefix { $0 != "." } + ".*" }
        return Set(names + areas.map(String.init) + [everything])
    }()

    /// The patterns, as they were given.
    public let patterns: [String]

    /// A filter of patterns that were stored; one that nobody knows any more matches nothing.
    public init(stored patterns: [String]) {
        self.patterns = patterns
    }

    /// Whether an endpoint is told of events of this type.
    public func matches(_ type: EventType) -> Bool {
        let name = type.name
        return patterns.contains { pattern in
            pattern == Self.everything || pattern == name
                || (pattern.hasSuffix(".*") && name.hasPrefix(pattern.dropLast()))
        }
    }
}
