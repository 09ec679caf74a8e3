/// One row of an outage list: a service was down from one time to another, as somebody noted it.
public struct Outage: Hashable, Sendable {
    /// Line of the file that it was read from; nil if it comes from elsewhere.
    public let line: Int?
    /// What was down.
    public let service: String
    /// When it went down.
    public let down: Moment
    /// When it came up again; nil if that is not noted.
    public let up: Moment?
    /// Whether it is noted as planned.
    public let isPlanned: Bool

    /// An outage as noted; nothing is checked, ``OutageHistory`` treats what makes no sense.
    public init(service: String, down: Moment, up: Moment?, line: Int? = nil, isPlanned: Bool = false) {
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
    /// It overlaps or touches an earlier one: part of that incident, its time counted once.
    case merged
    /// It says what another one says: not counted again.
    case duplicate
    /// It ends before it begins: left out.
    case reversed
    /// It takes no time: left out, since nothing was down.
    case zeroLength
    /// It lies outside the window: left out.
    case outside
    /// It was planned, or lies within planned maintenance: left out.
    case planned

    /// What that means, for a report.
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
    /// Whether its end is not noted, and was therefore assumed.
    public let isOpen: Bool
}
