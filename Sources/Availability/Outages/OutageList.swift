// A list of outages from another tool, row by row. Parsing CSV (quotes, line ends) is done elsewhere; this type takes rows of
// fields with their line numbers. An unusable row is kept with the reason: a figure from a part of the list must not look like
// one from the whole list.

import Foundation

/// Why a row of an outage list cannot be used.
public enum OutageRowProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The row is not valid CSV, with the reason.
    case malformed(String)
    /// It has fewer fields than the header requires.
    case tooFewFields(Int)
    /// It does not say what was down.
    case noService
    /// It does not say when the outage began.
    case noStart
    /// A field that should be a time is not: its column, its text, and why.
    case notATime(column: String, text: String, TimestampProblem)
    /// A field that should be a duration is not: its column and its text.
    case notADuration(column: String, text: String)
    /// A time lies in the future: its column and its text.
    case inFuture(column: String, text: String)
    /// The duration differs from the time between start and end: its column, its text, and that time in seconds.
    case contradiction(column: String, text: String, seconds: Int64)

    /// What is wrong, for the person who owns the file.
    public var description: String {
        switch self {
        case .malformed(let reason): reason
        case .tooFewFields(let count): "it has only \(count) \(count == 1 ? "field" : "fields")"
        case .noService: "it does not say which service was down"
        case .noStart: "it does not say when the outage began"
        case .notATime(let column, let text, let problem):
            "\(column) is not a time: \(text.prefix(40)); \(problem.description)"
        case .notADuration(let column, let text): "\(column) is not a plain number: \(text.prefix(40)); 12.5 is"
        case .inFuture(let column, let text):
            "\(column) lies in the future: \(text.prefix(40)); is it a local time? then say --time-zone"
        case .contradiction(let column, let text, let seconds):
            "\(column) says \(text.prefix(40)), and from its start to its end it is \(seconds) s; one of the three is wrong"
        }
    }
}

/// A row that was not used.
public struct RejectedRow: Hashable, Sendable {
    /// Its line in the file.
    public let line: Int
    /// What is wrong with it.
    public let problem: OutageRowProblem
}

/// What a reader of the figures should know about how the list was read.
public struct OutageListRemarks: Hashable, Sendable {
    /// Times that had no offset and were taken as UTC.
    public internal(set) var assumedUTC = 0
    /// Lines with a local time that occurs twice because the clocks were set back.
    public internal(set) var twice: [Int] = []
    /// Rows that say that the service was up or not monitored.
    public internal(set) var notDown = 0
}

/// How to read a list.
public struct OutageReading: Hashable, Sendable {
    /// The zone of times without an offset; UTC where there is none.
    public var zone: TimeZone?
    /// Times after this one are rejected; nil accepts any time.
    public var now: Timestamp?
    /// Whether the list is of planned maintenance, which may lie in the future.
    public var isMaintenance: Bool

    /// Options for reading a list; by default in UTC, with any time accepted.
    public init(zone: TimeZone? = nil, now: Timestamp? = nil, isMaintenance: Bool = false) {
        self.zone = zone
        self.now = now
        self.isMaintenance = isMaintenance
    }
}

/// The outages of one or several services, as listed.
public struct OutageList: Hashable, Sendable {
    /// The outages in the order of the list.
    public private(set) var outages: [Outage] = []
    /// The rows that could not be used.
    public private(set) var rejected: [RejectedRow] = []
    /// What a reader of the figures should know about how the list was read.
    public private(set) var remarks = OutageListRemarks()
    /// Whether each row names its service.
    public let namesServices: Bool
    private let columns: OutageColumns
    private let fallback: String
    private let reading: OutageReading

    /// An empty list with the names of its columns; without a column for the service all rows belong to `service`.
    public init(
        header: [String],
        service: String,
        reading: OutageReading = OutageReading()
    ) throws(OutageListRefusal) {
        columns = try OutageColumns(header)
        fallback = service
        namesServices = columns.service != nil
        self.reading = reading
    }

    /// Takes in one row.
    public mutating func add(_ fields: [String], line: Int) {
        let fields = fields.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        guard fields.contains(where: { !$0.isEmpty }) else { return }
        do throws(OutageRowProblem) {
            guard fields.count > columns.last else { throw .tooFewFields(fields.count) }
            // States with which other tools mark rows that are not outages.
            if let state = columns.state, ["up", "paused", "unknown", "started"].contains(fields[state].lowercased()) {
                remarks.notDown += 1
                return
            }
            outages.append(try outage(fields, line: line))
        } catch {
            reject(line: line, error)
        }
    }

    /// Records a row that cannot be used.
    public mutating func reject(line: Int, _ problem: OutageRowProblem) {
        rejected.append(RejectedRow(line: line, problem: problem))
    }

    private mutating func outage(_ fields: [String], line: Int) throws(OutageRowProblem) -> Outage {
        let service = columns.service.map { Self.name(of: fields[$0]) } ?? fallback
        guard !service.isEmpty else { throw .noService }
        guard let down = try time(fields, columns.down, line: line) else { throw .noStart }
        let up: Timestamp?
        switch columns.end {
        case .time(let column):
            let noted = try time(fields, column, notBefore: down, line: line)
            up = try end(fields, noted, after: down)
        case .duration(let column, let unit): up = try end(fields, column, unit, after: down)
        }
        let isPlanned = columns.planned.map { Self.isPlanned(fields[$0]) } ?? false
        return Outage(service: service, down: down, up: up, line: line, isPlanned: isPlanned)
    }

    private mutating func time(
        _ fields: [String],
        _ column: OutageColumns.Column,
        notBefore start: Timestamp? = nil,
        line: Int
    ) throws(OutageRowProblem) -> Timestamp? {
        let text = fields[column.place]
        if Self.isNothing(text) { return nil }
        let zone = column.isUTC ? TimeZone(secondsFromGMT: 0) : reading.zone
        let read: ReadTimestamp
        do throws(TimestampProblem) {
            read = try TimestampReader(zone: zone).read(text, notBefore: start)
        } catch {
            throw .notATime(column: column.name, text: text, error)
        }
        if let now = reading.now, !reading.isMaintenance, read.time > now {
            throw .inFuture(column: column.name, text: text)
        }
        if read.isAssumedUTC { remarks.assumedUTC += 1 }
        if read.isTwice, remarks.twice.last != line { remarks.twice.append(line) }
        return read.time
    }

    /// The end of an outage whose row also gives a duration: computed from the duration where the end is missing; otherwise both
    /// must agree within one unit.
    private func end(_ fields: [String], _ up: Timestamp?, after down: Timestamp) throws(OutageRowProblem) -> Timestamp?
    {
        guard let length = columns.length, fields.indices.contains(length.column.place) else { return up }
        guard let up else { return try end(fields, length.column, length.milliseconds, after: down) }
        let text = fields[length.column.place]
        // An unreadable duration is ignored where the end can be read.
        guard let told = try? end(fields, length.column, length.milliseconds, after: down) else { return up }
        guard abs(told.milliseconds(to: up)) <= max(length.milliseconds, 1000) else {
            let seconds = down.milliseconds(to: up) / 1000
            throw .contradiction(column: length.column.name, text: text, seconds: seconds)
        }
        return up
    }

    /// The end of an outage, computed from its duration.
    private func end(
        _ fields: [String],
        _ column: OutageColumns.Column,
        _ unit: Int64,
        after down: Timestamp
    ) throws(OutageRowProblem) -> Timestamp? {
        let text = fields[column.place]
        if Self.isNothing(text) { return nil }
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        guard isPlain, let number = Double(text), number <= 1e9 else {
            throw .notADuration(column: column.name, text: text)
        }
        let up = down.adding(milliseconds: Int64((number * Double(unit)).rounded()))
        if let now = reading.now, !reading.isMaintenance, up > now { throw .inFuture(column: column.name, text: text) }
        return up
    }

    private static func isNothing(_ text: String) -> Bool {
        text.isEmpty || ["-", "null", "none", "n/a", "ongoing"].contains(text.lowercased())
    }

    private static func isPlanned(_ text: String) -> Bool {
        ["1", "y", "yes", "true", "planned", "scheduled", "maintenance"].contains(text.lowercased())
    }

    /// A service's name without a leading issue number, as in `#71530 Jade`: the number may change, the name identifies the
    /// service.
    static func name(of text: String) -> String {
        guard text.first == "#" else { return text }
        let rest = text.dropFirst().drop(while: \.isNumber)
        guard rest.count < text.count - 1, rest.first == " " else { return text }
        let name = rest.trimmingCharacters(in: .whitespaces)
        return name.isEmpty ? text : name
    }

    /// The services in the list, by name.
    public var services: [String] { Set(outages.map(\.service)).sorted() }

    /// The latest time that any outage names; the list certainly covers the time up to it.
    public var end: Timestamp? { outages.map { max($0.down, $0.up ?? $0.down) }.max() }

    /// The window of a service: from the start of its first outage to the end of its last one; nil if it has none.
    ///
    /// If its last outage has no end, the window lasts to the end of the whole list. Outages that end before they begin do not
    /// count.
    public func window(of service: String) -> TimeWindow? {
        let own = outages.filter { $0.service == service && $0.up ?? $0.down >= $0.down }
        guard let from = own.map(\.down).min(), let last = own.map({ $0.up ?? $0.down }).max() else { return nil }
        let isOpen = OutageHistory(own, service: service).incidents.last.map { $0.recovered == nil } ?? false
        return TimeWindow(from: from, to: isOpen ? max(last, end ?? last) : last)
    }
}
