// The indexed tokens of a text, and the ways in which a chunk between two blanks can be found. Scripts without blanks between
// words are cut into pairs of neighbours, so that a word is found anywhere; a chunk with signs in it is found by its parts and as
// a whole.

/// A part of a text between blanks, cut into searchable parts.
struct SearchChunk {
    /// The parts between signs, in order; those of scripts without blanks as pairs.
    private(set) var parts: [[String]] = []
    /// All parts together, where there are several that could be one word.
    private(set) var joined: String?
    private static let partsJoined = 8

    /// The chunk of folded text.
    init(_ scalars: some Sequence<Unicode.Scalar>, separatingAt apostrophe: Bool = false) {
        var runs: [(text: [Unicode.Scalar], kind: ScalarKind)] = []
        var isOpen = false
        for scalar in scalars {
            if scalar == "'", !apostrophe { continue }
            let kind = ScalarKind(scalar)
            if kind != .sign, kind != .picture, isOpen, runs.last?.kind == kind {
                runs[runs.count - 1].text.append(scalar)
            } else if kind != .sign {
                runs.append(([scalar], kind))
            }
            isOpen = kind != .sign
        }
        parts = runs.map { $0.kind == .unspaced ? Self.pairs($0.text) : [Self.text($0.text)] }
        if (2...Self.partsJoined).contains(runs.count), runs.allSatisfy({ $0.kind == .letters }) {
            joined = Self.text(runs.flatMap(\.text))
        }
    }

    /// All tokens under which the chunk is indexed.
    func index(into tokens: inout Set<String>) {
        for part in parts {
            tokens.formUnion(part)
            if let word = part.first, part.count == 1 { Self.split(word, into: &tokens) }
        }
        if let joined { tokens.insert(joined) }
    }

    /// Every pair of neighbours and the last scalar alone, so that a single scalar is a prefix of a token anywhere.
    private static func pairs(_ scalars: [Unicode.Scalar]) -> [String] {
        scalars.indices.map { text(scalars[$0..<min($0 + 2, scalars.count)]) }
    }

    /// The runs of letters and of digits, as in `5mm`.
    private static func split(_ word: String, into tokens: inout Set<String>) {
        var run: [Unicode.Scalar] = []
        for scalar in word.unicodeScalars {
            if let last = run.last, isDigit(last) != isDigit(scalar) {
                tokens.insert(text(run))
                run = []
            }
            run.append(scalar)
        }
        if run.count < word.unicodeScalars.count { tokens.insert(text(run)) }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

/// The kind of a scalar for a search.
enum ScalarKind {
    /// A part of a word between blanks.
    case letters
    /// A part of a text in a script without blanks between words.
    case unspaced
    /// A picture, which is a word by itself.
    case picture
    /// A separator of words.
    case sign

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x61...0x7A, 0x30...0x39: self = .letters
        case 0..<0x80: self = .sign
        case 0xE00...0xFFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x3005...0x3007, 0x3021...0x3029,
            0x3040...0x30FA, 0x30FC...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7FF, 0xF900...0xFAFF,
            0x20000...0x3FFFF:
            self = Self.isPartOfWord(scalar) ? .unspaced : .sign
        default:
            if Self.isPartOfWord(scalar) {
                self = .letters
            } else {
                self = scalar.value >= 0x2190 && scalar.properties.generalCategory == .otherSymbol ? .picture : .sign
            }
        }
    }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}

extension SearchFold {
    /// The words of texts as they are indexed: each once, sorted, separated by blanks.
    ///
    /// - Parameter folded: where some of the texts are folded already.
    static func index(_ texts: [String], _ folded: FoldedTexts? = nil) -> String {
        var tokens: Set<String> = []
        for text in texts { tokens.formUnion(folded?(text) ?? words(text)) }
        return tokens.sorted().joined(separator: " ")
    }

    /// The words of a text, each once, in no order.
    ///
    /// Cost: about 10 µs for each different word with a letter beyond ASCII, less for others and for words that come again.
    static func words(_ text: String) -> [String] {
        var tokens: Set<String> = []
        // By their bytes: chunks that are equal as texts may be folded differently.
        var seen: Set<[UInt8]> = []
        for chunk in chunks(text) where seen.insert(Array(chunk.utf8)).inserted {
            for folded in spellings(chunk) {
                SearchChunk(folded).index(into: &tokens)
                if folded.contains("'") { SearchChunk(folded, separatingAt: true).index(into: &tokens) }
            }
        }
        return Array(tokens)
    }

    static func chunks(_ text: String) -> [Substring] {
        text.split { character in character.unicodeScalars.contains { $0.properties.isWhitespace } }
    }

    /// A chunk, folded, and once more with its letters spelled out, if there are such.
    static func spellings(_ chunk: Substring) -> [[Unicode.Scalar]] {
        let plain = fold(String(chunk))
        guard !chunk.utf8.allSatisfy({ $0 < 0x80 }) else { return [plain] }
        let spelled = fold(String(chunk), spelled: true)
        return spelled == plain ? [plain] : [plain, spelled]
    }
}
