import Foundation

/// Why a list of outages cannot be read at all.
public enum OutageListRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is not even a header.
    case empty
    /// No column says when an outage began.
    case noStartColumn([String])
    /// No column says when an outage ended, or how long it took.
    case noEndColumn([String])
    /// Two columns have one name.
    case columnTwice(String)
    /// Two columns mean the same under different names: the meaning, and the columns.
    case ambiguous(String, [String])

    /// One sentence for the person who owns the file.
    public var description: String {
        switch self {
        case .empty: "the list is empty; it needs a header such as service,down,up"
        case .noStartColumn(let header):
            "no column says when an outage began (down, start or started, as in started_at); there are: "
                + header.joined(separator: ", ")
        case .noEndColumn(let header):
            "no column says when an outage ended (up, end, ended, resolved or recovered, as in resolved_at) or how long it took "
                + "(duration_minutes); there are: " + header.joined(separator: ", ")
        case .columnTwice(let name): "two columns are called \(name); remove one of them"
        case .ambiguous(let what, let names):
            "\(names.joined(separator: " and ")) both say when an outage \(what); rename or remove all but one"
        }
    }
}

/// Which column of a list holds which field; found by name, so that order and extra columns do not matter.
///
/// The names are those of our own lists and of what UptimeRobot, Pingdom, Statuspage, StatusCake, Better Stack and upptime
/// export.
struct OutageColumns: Hashable, Sendable {
    /// Where the list gives the end of an outage.
    enum End: Hashable, Sendable {
        /// The time itself.
        case time(Column)
        /// The duration, with the milliseconds of its unit.
        case duration(Column, milliseconds: Int64)
    }

    /// A column of durations, with the milliseconds of its unit.
    struct Length: Hashable, Sendable {
        let column: Column
        let milliseconds: Int64
    }

    /// A column with the name that it has in the file.
    struct Column: Hashable, Sendable {
        let place: Int
        let name: String
        /// Whether its name says that its times are UTC.
        let isUTC: Bool
    }

    /// The column with the name of the service; nil where the list is of one service only.
    let service: Int?
    let down: Column
    let end: End
    /// The column with the duration, in addition to the end, with the milliseconds of its unit.
    let length: Length?
    /// The column that says whether a row is an outage; nil where every row is one.
    let state: Int?
    /// The column that says whether an outage was planned.
    let planned: Int?

    init(_ header: [String]) throws(OutageListRefusal) {
        let names = header.map(Self.plain)
        guard header.contains(where: { !$0.isEmpty }) else { throw .empty }
        func place(_ spellings: [String]) -> Int? {
            spellings.lazy.compactMap { names.firstIndex(of: $0) }.first
        }
        func column(_ place: Int) throws(OutageListRefusal) -> Column {
            guard names.count(where: { $0 == names[place] }) == 1 else { throw .columnTwice(header[place]) }
            let words = Self.words(header[place])
            return Column(place: place, name: header[place], isUTC: words.contains { $0 == "utc" || $0 == "gmt" })
        }
        let starts = [
            "down", "start", "started", "begin", "began", "from", "timefrom", "down_from", "outage_start",
            "downtime_start", "incident_start",
        ]
        let ends = [
            "up", "end", "ended", "resolved", "recovered", "finished", "to", "timeto", "up_from", "outage_end",
            "downtime_end", "incident_end",
        ]
        // Names that mean the start only where no column of the names above exists; beside one, they mean another time.
        let lesserStarts = ["scheduled_for", "scheduled_start", "triggered", "opened", "created"]
        let lesserEnds = ["scheduled_until", "scheduled_end", "closed"]
        func only(_ spellings: [String], _ what: String) throws(OutageListRefusal) {
            let found = spellings.compactMap { names.firstIndex(of: $0) }.sorted()
            guard found.count < 2 else { throw .ambiguous(what, found.map { header[$0] }) }
        }
        try only(starts, "began")
        try only(ends, "ended")
        // UptimeRobot calls the time of an event `Date-Time`, and says in another column what happened.
        let events = names.firstIndex { ["date_time", "datetime"].contains($0) }
        guard let start = place(starts) ?? place(lesserStarts) ?? events else { throw .noStartColumn(header) }
        down = try column(start)
        let duration = Self.duration(header)
        if let end = place(ends) ?? place(lesserEnds) {
            self.end = .time(try column(end))
            if let (place, unit) = duration {
                length = Length(column: try column(place), milliseconds: unit)
            } else {
                length = nil
            }
        } else if let (place, unit) = duration {
            self.end = .duration(try column(place), milliseconds: unit)
            length = nil
        } else {
            throw .noEndColumn(header)
        }
        service = place([
            "service", "service_name", "site", "shop", "monitor", "monitor_name", "component", "host", "target",
            "check",
            "check_name", "name_of_check", "website",
        ])
        state = place(["event", "state", "status"])
        planned = place(["planned", "maintenance", "scheduled", "is_maintenance", "is_planned"])
    }

    /// The highest column index that a row must have.
    var last: Int {
        let end =
            switch end {
            case .time(let column), .duration(let column, _): column.place
            }
        return max(down.place, end, service ?? 0, max(state ?? 0, planned ?? 0))
    }

    /// The duration column whose name contains a unit, and the milliseconds of that unit.
    private static func duration(_ header: [String]) -> (Int, Int64)? {
        for (place, name) in header.enumerated() {
            let words = Self.words(name)
            guard let first = words.first, ["duration", "downtime", "minutes", "seconds", "outage"].contains(first)
            else { continue }
            if words.contains(where: { ["minutes", "mins", "min"].contains($0) }) { return (place, 60_000) }
            if words.contains(where: { ["seconds", "secs", "sec", "s"].contains($0) }) { return (place, 1000) }
            if words.contains(where: { ["hours", "hrs", "hr", "h"].contains($0) }) { return (place, 3_600_000) }
            if words.contains(where: { ["ms", "milliseconds"].contains($0) }) { return (place, 1) }
        }
        return nil
    }

    /// A column's name in lower case, without the parts that only say that it holds a time: `down_at_utc`, `downAt` and `Down`
    /// are equal.
    private static func plain(_ name: String) -> String {
        var words = Self.words(name)
        while let last = words.last, words.count > 1, !(words.count == 2 && words[0] == "date"),
            ["utc", "gmt", "at", "time", "date", "timestamp", "on"].contains(last)
        {
            words.removeLast()
        }
        return words.joined(separator: "_")
    }

    /// The words of a name, in lower case.
    private static func words(_ name: String) -> [String] {
        var plain = ""
        var previous: Character?
        for character in name {
            if character.isUppercase, previous?.isLowercase == true { plain.append(" ") }
            previous = character
            plain += character.isLetter || character.isNumber ? character.lowercased() : " "
        }
        return plain.split(separator: " ").map(String.init)
    }
}
