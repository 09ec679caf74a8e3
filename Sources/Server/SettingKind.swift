import API
import PlainText
import Secrets
import Spelling
import Trading

/// The type of a setting's value.
public enum SettingKind: Sendable {
    /// An integer in a range, with its unit or what it counts.
    case number(Int, ClosedRange<Int>, unit: String)
    /// A yes-no value: shown as `yes` or `no`, also read from `true`, `on` and `1` or their opposites.
    case flag(Bool)
    /// A text of some form; empty where it is not set.
    case text(String, TextForm)
    /// One of several words.
    case choice(String, of: [String])
    /// Several words in order of preference, separated by commas; empty for none.
    case names(of: [String])
    /// A text that is never shown; several are separated by commas, to replace one by another.
    ///
    /// A text that begins with `@` names a file that contains it.
    case secret

    /// The form of a text.
    public enum TextForm: String, Sendable {
        /// A URL that begins with `http://` or `https://`.
        case url
        /// A share in per cent, between 0 and 100, both excluded.
        case percent
        /// The path of a file.
        case path
        /// Addresses and networks such as `10.0.0.0/8`, separated by commas.
        case addresses
        /// Minor units for all currencies, and for individual ones, separated by commas.
        case amounts = "minor units"
        /// Origins such as `https://shop.example`, separated by commas; `*` means all.
        case origins
    }
}

/// The value of a setting.
public enum SettingContent: Hashable, Sendable {
    /// An integer.
    case number(Int)
    /// A yes-no value.
    case flag(Bool)
    /// A text, a word, or a list of them.
    case text(String)
    /// A secret, or several separated by commas.
    case secret(Secret<String>)
}

extension SettingKind {
    /// Whether its value is never shown.
    var isSecret: Bool { if case .secret = self { true } else { false } }

    /// The default.
    public var fallback: SettingContent {
        switch self {
        case .number(let number, _, _): .number(number)
        case .flag(let isOn): .flag(isOn)
        case .text(let text, _), .choice(let text, _): .text(text)
        case .names: .text("")
        case .secret: .secret(Secret(""))
        }
    }

    /// The form in a word, for tables: the unit of a number, the words of a choice.
    public var form: String {
        switch self {
        case .number(_, _, let unit): unit
        case .flag: "yes|no"
        case .text(_, let form): form.rawValue
        case .choice(_, let words): words.joined(separator: "|")
        case .names(let words): "list of " + words.joined(separator: "|")
        case .secret: "secret"
        }
    }

    /// Parses a value.
    ///
    /// - Throws: ``SettingError``, whose text continues the setting's name and never contains a secret.
    func read(_ said: String) throws(SettingError) -> SettingContent {
        if case .secret = self { return .secret(try SecretText.read(said)) }
        if let offender = TextRule.line.offender(in: said) {
            throw SettingError(description: "a setting does not hold the character \(offender.codePoint)")
        }
        switch self {
        case .number(_, let range, let unit):
            guard let number = Int(said), range.contains(number) else {
                let problem = Int(said) == nil ? "it is not a whole number" : "\(said) is out of bounds"
                throw SettingError(
                    description: "\(problem); it takes \(range.lowerBound) to \(range.upperBound) \(unit)"
                )
            }
            return .number(number)
        case .flag:
            switch said.lowercased() {
            case "yes", "true", "on", "1": return .flag(true)
            case "no", "false", "off", "0": return .flag(false)
            default: throw SettingError(description: "\(said) is neither yes nor no")
            }
        case .text(_, .url):
            guard said.isEmpty || said.hasPrefix("http://") || said.hasPrefix("https://") else {
                throw SettingError(description: "\(said) is not an address; it takes one as https://example.com")
            }
        case .text(_, .percent):
            guard let share = Double(said), share > 0, share < 100 else {
                throw SettingError(description: "\(said) is not a share; it takes one in per cent, as 99.9")
            }
        case .text(_, .addresses):
            for part in said.split(separator: ",", omittingEmptySubsequences: said.isEmpty)
            where AddressRange(part) == nil {
                throw SettingError(description: "\(part) is neither an address nor a network as 10.0.0.0/8")
            }
        case .text(_, .path), .secret:
            break
        case .text(_, .amounts):
            guard OrderCeiling(said) != nil else {
                throw SettingError(
                    description:
                        "\(said) is not a bound; it takes 1 to \(OrderLimits.maxAmount) minor units, then commas and "
                        + "single currencies, as in 1000000000000,JPY=50000000"
                )
            }
        case .text(_, .origins):
            for origin in said.split(separator: ",") where !CrossOrigin.isOrigin(String(origin)) {
                throw SettingError(
                    description: "\(origin) is not an origin; it takes some as https://shop.example, or *"
                )
            }
        case .choice(_, let words):
            guard words.contains(said) else {
                let hint = SpellingSuggestion.hint(for: said, in: words)
                throw SettingError(description: "\(said) is none of its choices; it takes \(form)\(hint)")
            }
        case .names(let words):
            let names = said.split(separator: ",").map(String.init)
            guard names.allSatisfy(words.contains), Set(names).count == names.count else {
                throw SettingError(description: "\(said) is not a list of its names, each once; it takes a \(form)")
            }
        }
        return .text(said)
    }
}
