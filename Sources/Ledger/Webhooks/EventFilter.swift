/// The events that an endpoint receives: exact names, everything of one area as in `order.*`, or `*`.
public struct EventFilter: Hashable, Sendable {
    /// The allowed number of patterns.
    public static let count = 1...50
    /// The pattern of everything.
    public static let everything = "*"

    /// Every valid pattern: `*`, the areas, the names.
    public static let known: Set<String> = {
        let names = EventType.allCases.map(\.name)
        let areas = names.map { $0.prefix { $0 != "." } + ".*" }
        return Set(names + areas.map(String.init) + [everything])
    }()

    /// The patterns, as given.
    public let patterns: [String]

    /// A filter of stored patterns; an unknown one matches nothing.
    public init(stored patterns: [String]) {
        self.patterns = patterns
    }

    /// Whether an endpoint receives events of this type.
    ///
    /// Every endpoint is told of a restore, whatever its patterns: what it heard of the lost future no longer holds.
    public func matches(_ type: EventType) -> Bool {
        if type == .shopRestored { return true }
        let name = type.name
        return patterns.contains { pattern in
            pattern == Self.everything || pattern == name
                || (pattern.hasSuffix(".*") && name.hasPrefix(pattern.dropLast()))
        }
    }
}
