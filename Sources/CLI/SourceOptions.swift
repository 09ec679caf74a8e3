import ArgumentParser
import ForeignFiles

/// The format of an external file, where its beginning does not show it.
struct SourceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The file's encoding, as in windows-1252 or utf-16; told by a mark at its beginning, and UTF-8 otherwise."
    )
    var encoding: String?

    @Option(
        name: .long,
        help: "What stands between cells: comma, semicolon, tab, bar or any character; told by the header otherwise."
    )
    var separator: String?

    /// The separator's byte.
    var separatorByte: UInt8? {
        switch separator?.lowercased() {
        case nil: nil
        case "comma": UInt8(ascii: ",")
        case "semicolon": UInt8(ascii: ";")
        case "tab", "\\t": UInt8(ascii: "\t")
        case "bar", "pipe": UInt8(ascii: "|")
        default: separator?.utf8.first
        }
    }

    func validate() throws {
        guard let separator, separator.utf8.count != 1 || separator == "\"" else { return }
        guard ["comma", "semicolon", "tab", "\\t", "bar", "pipe"].contains(separator.lowercased()) else {
            throw ValidationError("--separator takes comma, semicolon, tab, bar or one ASCII character")
        }
    }
}

/// The format of amounts in an external file.
struct AmountOptions: ParsableArguments {
    @Option(name: .long, help: "What stands before the decimals of a price: point or comma.")
    var decimalMark = DecimalMark.point
}

extension DecimalMark: ExpressibleByArgument {}
