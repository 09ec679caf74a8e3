import Foundation

/// Why a list of outages cannot be read at all.
public enum OutageListRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is not even a header.
    case empty
    /// No column says when an outage began.
    case noStartColumn([String])
    /// No column says when an outage ended.
    case noEndColumn([String])

    /// One sentence for the person who owns the file.
    public var description: String {
        switch self {
        case .empty: "the list is empty; it needs a header such as service,down,up"
        case .noStartColumn(let header):
            "no column says when an outage began (down, start or started, as in started_at); there are: "
                + header.joined(separator: ", ")
        case .noEndColumn(let header):
            "no column says when an outage ended (up, end, ended, resolved or recovered, as in resolved_at); there are: "
                + header.joined(separator: ", ")
        }
    }
}

/// Which column of a list says what; found by name, so that their order and further columns do not matter.
struct OutageColumns: Hashable, Sendable {
    /// Where it says what was down; nil where the list is of one service only.
    let service: Int?
    let down: Int
    let up: Int
    /// How the columns of the times are called in the file.
    let downName: String
    let upName: String

    init(_ header: [String]) throws(OutageListRefusal) {
        let names = header.map(Self.plain)
        func place(_ spellings: [String]) -> Int? { names.firstIndex { spellings.contains($0) } }
        guard header.contains(where: { !$0.isEmpty }) else { throw .empty }
        guard let down = place(["down", "start", "started", "begin", "began", "from"]) else {
            throw .noStartColumn(header)
        }
        guard let up = place(["up", "end", "ended", "resolved", "recovered", "finished", "to"]) else {
            throw .noEndColumn(header)
        }
        service = place(["service", "service_name", "site", "shop", "monitor", "component", "host", "target"])
        self.down = down
        self.up = up
        downName = header[down]
        upName = header[up]
    }

    /// A column's name without capitals and without what only says that it holds a time: `down_at_utc`, `downAt` and `Down` are one.
    private static func plain(_ name: String) -> String {
        var plain = ""
        var previous: Character?
        for character in name.trimmingCharacters(in: .whitespaces) {
            if character.isUppercase, previous?.isLowercase == true { plain.append("_") }
            previous = character
            plain += character == " " || character == "-" ? "_" : character.lowercased()
        }
        var words = plain.split(separator: "_")
        while let last = words.last, words.count > 1, ["utc", "at", "time", "date", "timestamp"].contains(last) {
            words.removeLast()
        }
        return words.joined(separator: "_")
    }
}
