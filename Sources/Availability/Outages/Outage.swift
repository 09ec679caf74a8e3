/// One row of an outage list: a service was down from one time to another, according to the list.
public struct Outage: Hashable, Sendable {
    /// Line of the file that it was read from; nil if it comes from elsewhere.
    public let line: Int?
    /// What was down.
    public let service: String
    /// When it went down.
    public let down: Timestamp
    /// When it came up again; nil if the list does not say.
    public let up: Timestamp?
    /// Whether the list marks it as planned.
    public let isPlanned: Bool

    /// An outage as listed.
    ///
    /// Nothing is checked here: ``OutageHistory`` decides about rows that make no sense.
    public init(service: String, down: Timestamp, up: Timestamp?, line: Int? = nil, isPlanned: Bool = false) {
        self.isPlanned = isPlanned
        self.service = service
        self.down = down
        self.up = up
        self.line = line
    }
}

/// What became of a listed outage.
public enum OutageTreatment: String, Hashable, Sendable, CaseIterable, Codable {
    /// It is an incident, or the first part of one.
    case counted
    /// It overlaps or touches an earlier outage: part of that incident, its time counted once.
    case merged
    /// It repeats another row: not counted again.
    case duplicate
    /// It ends before it begins: left out.
    case reversed
    /// It has no duration: left out, since there is no down time.
    case zeroLength
    /// It lies outside the window: left out.
    case outside
    /// It was planned, or lies within planned maintenance: left out.
    case planned

    /// The treatment in words, for a report.
    public var summary: String {
        switch self {
        case .counted: "counted as an incident"
        case .merged: "overlaps or touches an earlier one, counted as part of it"
        case .duplicate: "listed twice, counted once"
        case .reversed: "ends before it begins, left out"
        case .zeroLength: "takes no time, left out"
        case .outside: "outside the window, left out"
        case .planned: "planned, not counted as down"
        }
    }
}

/// A listed outage with what became of it.
public struct TreatedOutage: Hashable, Sendable {
    /// The outage as listed.
    public let outage: Outage
    /// What became of it.
    public let treatment: OutageTreatment
    /// Whether the list does not give its end, so that an end was assumed.
    public let isOpen: Bool
}
