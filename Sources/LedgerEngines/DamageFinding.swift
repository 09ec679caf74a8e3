import JSON
import Ledger
import PlainText
import Trading

/// What was found when a ledger turned out to be damaged.
public struct DamageFinding: Hashable, Sendable, CustomStringConvertible {
    /// Who found it.
    public enum Finder: String, Hashable, Sendable, CaseIterable {
        /// A request or a worker that met it.
        case use
        /// The scheduled check of the file's structure, or `tradewind check`.
        case check
        /// The verification of a backup.
        case backup
        /// The archiver.
        case archive
        /// A mark that cannot be read.
        case unknown

        /// The finder in words, for people.
        public var words: String {
            switch self {
            case .use: "a request or a worker that met it"
            case .check: "the check of the file's structure"
            case .backup: "the verification of a backup"
            case .archive: "the archiver"
            case .unknown: "an unknown finder"
            }
        }
    }

    /// When it was found; nil in a mark that cannot be read.
    public let at: Timestamp?
    /// Who found it.
    public let finder: Finder
    /// What is wrong, in the finder's words, such as SQLite's; at most ``wordsMax`` characters of Unicode, in one line.
    public let words: String

    /// The most characters of a finding's words.
    public static let wordsMax = 1000

    /// A finding; longer words are cut.
    public init(at: Timestamp?, by finder: Finder, _ words: String) {
        self.at = at
        self.finder = finder
        self.words = String(String.UnicodeScalarView(words.cleaned().unicodeScalars.prefix(Self.wordsMax)))
    }

    /// Whether a full check of the structure that finds nothing refutes it.
    public var isRefutable: Bool { finder == .use || finder == .check }

    /// What was found, when and by whom, in one line.
    public var description: String { "\(words) (found \(at.map { "at \($0) " } ?? "")by \(finder.words))" }

    /// Its JSON bytes, with a line feed at the end.
    var bytes: [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.object { json in
            if let at { json.member("at", at) }
            json.member("foundBy", finder.rawValue)
            json.member("words", words)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    /// Reads the content of a mark.
    ///
    /// A mark that cannot be read still is one: nothing but a finding writes one.
    init(bytes: [UInt8]) {
        do throws(JSONError) {
            self = try Self.read(bytes)
        } catch {
            self.init(at: nil, by: .unknown, "the mark cannot be read: \(error)")
        }
    }

    private static func read(_ bytes: [UInt8]) throws(JSONError) -> DamageFinding {
        var json = JSONReader(bytes, limits: JSONLimits(maxDepth: 2, maxStringBytes: 4 * wordsMax, maxMembers: 16))
        var (at, finder, words) = (Timestamp?.none, Finder.unknown, "")
        try json.object { (json, name) throws(JSONError) in
            switch name {
            case "at": at = Timestamp(try json.string())
            case "foundBy": finder = Finder(rawValue: try json.string()) ?? .unknown
            case "words": words = try json.string()
            default: try json.skip()
            }
        }
        try json.finish()
        return DamageFinding(at: at, by: finder, words)
    }
}

extension LedgerCondition {
    /// The condition of a ledger with this damage, or none, and these last checks.
    public init(_ finding: DamageFinding?, _ checks: CheckTimes) {
        let damage = finding.map { Damage(at: $0.at, foundBy: $0.finder.rawValue, words: $0.words) }
        self.init(damage: damage, checkedAt: checks.quick)
    }
}
