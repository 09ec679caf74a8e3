// A list of outages as other people keep it, row by row. What CSV is, quotes and line ends, is somebody else's business; here are rows
// of fields with the number of their line. A row that cannot be used is kept with its reason: a figure from half a list must not look
// like one from the whole.

import Foundation

/// Why a row of an outage list cannot be used.
public enum OutageRowProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The row is not proper CSV, and why.
    case malformed(String)
    /// It has fewer fields than the header asks for.
    case tooFewFields(Int)
    /// It does not say what was down.
    case noService
    /// It does not say when the outage began.
    case noStart
    /// A field that should be a time is not: its column and what it says.
    case notATime(column: String, text: String)

    /// What is wrong, for the person who owns the file.
    public var description: String {
        switch self {
        case .malformed(let reason): reason
        case .tooFewFields(let count): "it has only \(count) \(count == 1 ? "field" : "fields")"
        case .noService: "it does not say which service was down"
        case .noStart: "it does not say when the outage began"
        case .notATime(let column, let text):
            "\(column) is not a time: \(text.prefix(40)); 2026-11-23T05:21:01Z or seconds since 1970 are"
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

/// The outages of one or several services, as listed.
public struct OutageList: Hashable, Sendable {
    /// The outages in the order of the list.
    public private(set) var outages: [Outage] = []
    /// The rows that could not be used.
    public private(set) var rejected: [RejectedRow] = []
    private let columns: OutageColumns
    private let fallback: String

    /// An empty list with the names of its columns; rows of a list without a column for the service are of `service`.
    public init(header: [String], service: String) throws(OutageListRefusal) {
        columns = try OutageColumns(header)
        fallback = service
    }

    /// Takes in one row.
    public mutating func add(_ fields: [String], line: Int) {
        do throws(OutageRowProblem) {
            outages.append(try outage(fields, line: line))
        } catch {
            reject(line: line, error)
        }
    }

    /// Takes note of a row that cannot be used.
    public mutating func reject(line: Int, _ problem: OutageRowProblem) {
        rejected.append(RejectedRow(line: line, problem: problem))
    }

    private func outage(_ fields: [String], line: Int) throws(OutageRowProblem) -> Outage {
        let fields = fields.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        guard fields.count > max(columns.down, columns.up, columns.service ?? 0) else {
            throw .tooFewFields(fields.count)
        }
        let service = columns.service.map { Self.name(of: fields[$0]) } ?? fallback
        guard !service.isEmpty else { throw .noService }
        guard let down = try time(fields[columns.down], columns.downName) else { throw .noStart }
        return Outage(service: service, down: down, up: try time(fields[columns.up], columns.upName), line: line)
    }

    private func time(_ text: String, _ column: String) throws(OutageRowProblem) -> Moment? {
        if text.isEmpty || ["-", "null", "none"].contains(text.lowercased()) { return nil }
        guard let moment = Moment(text) else { throw .notATime(column: column, text: text) }
        return moment
    }

    /// A service's name without the number of an issue in front, as in `#71530 Jade`: the number may change, the name is the service.
    static func name(of text: String) -> String {
        guard text.first == "#" else { return text }
        let rest = text.dropFirst().drop(while: \.isNumber)
        guard rest.count < text.count - 1, rest.first == " " else { return text }
        let name = rest.trimmingCharacters(in: .whitespaces)
        return name.isEmpty ? text : name
    }

    /// The services in the list, by name.
    public var services: [String] { Set(outages.map(\.service)).sorted() }

    /// The latest time that any outage names, up to which the list was surely kept.
    public var end: Moment? { outages.map { max($0.down, $0.up ?? $0.down) }.max() }

    /// The window of a service: from its first outage's start to its last one's end; nil if it has none.
    ///
    /// Without an end, its last outage lasts up to the end of the whole list. Outages that end before they begin do not count.
    public func window(of service: String) -> TimeWindow? {
        let own = outages.filter { $0.service == service && $0.up ?? $0.down >= $0.down }
        guard let from = own.map(\.down).min(), let last = own.map({ $0.up ?? $0.down }).max() else { return nil }
        let isOpen = OutageHistory(own, service: service).incidents.last.map { $0.recovered == nil } ?? false
        return TimeWindow(from: from, to: isOpen ? max(last, end ?? last) : last)
    }
}
