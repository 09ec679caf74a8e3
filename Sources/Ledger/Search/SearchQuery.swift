import Trading

/// A search: every term must be found, each in one of its spellings.
public struct SearchQuery: Sendable {
    /// Tokens, each of which must be a prefix of a token of the product.
    public typealias Spelling = [String]

    /// The terms, each with its spellings.
    public let terms: [[Spelling]]

    /// The most terms of a search; further ones are ignored.
    private static let maxTerms = 32

    /// The query for a text; without terms where it contains no word.
    public init(_ text: String) {
        terms = SearchFold.chunks(text).prefix(Self.maxTerms).compactMap { chunk in
            var spellings: [Spelling] = []
            for folded in SearchFold.spellings(chunk) {
                Self.add(SearchChunk(folded), to: &spellings)
                // `l'eau` is also found where the words are separate; an `s` at the end is not a word.
                if folded.contains("'"), !folded.reversed().starts(with: ["s", "'"]) {
                    Self.add(SearchChunk(folded, separatingAt: true), to: &spellings)
                }
            }
            return spellings.isEmpty ? nil : spellings
        }
    }

    private static func add(_ chunk: SearchChunk, to spellings: inout [Spelling]) {
        let tokens = chunk.parts.flatMap { part in part.count > 1 ? Array(part.dropLast()) : part }
        var apart: Spelling = []
        for token in tokens where !apart.contains(token) { apart.append(token) }
        for spelling in [chunk.joined.map { [$0] }, apart].compactMap(\.self) {
            if !spelling.isEmpty, !spellings.contains(spelling) { spellings.append(spelling) }
        }
    }

    /// The tokens of an indexed text.
    ///
    /// By bytes: a token of Thai may begin with a mark, which would combine with a preceding blank.
    static func tokens(_ text: String) -> [Substring.UTF8View] {
        text.utf8.split(separator: UInt8(ascii: " "))
    }

    /// Whether tokens of a product contain every term.
    func isMet(by tokens: [Substring.UTF8View]) -> Bool {
        terms.allSatisfy { spellings in
            spellings.contains { $0.allSatisfy { word in tokens.contains { $0.starts(with: word.utf8) } } }
        }
    }

    /// How well a matching product fits: a word of its code counts more than one of its name, that more than one elsewhere, and a
    /// whole word more than a prefix.
    ///
    /// It depends on the product alone, so that it is stable while others change, and a page can continue after it.
    public func rank(codes: String, name: String) -> Int64 {
        let codes = Self.tokens(codes)
        let name = Self.tokens(name)
        return terms.reduce(0) { sum, spellings in
            let best = spellings.map { spelling in
                spelling.map { word in max(Self.weight(word, codes, 16), Self.weight(word, name, 8), 2) }.min() ?? 0
            }
            return sum + (best.max() ?? 0)
        }
    }

    private static func weight(_ word: String, _ tokens: [Substring.UTF8View], _ weight: Int64) -> Int64 {
        var found: Int64 = 0
        for token in tokens where token.starts(with: word.utf8) {
            if token.count == word.utf8.count { return weight + 1 }
            found = weight
        }
        return found
    }
}

/// A found product.
public struct SearchHit: Hashable, Comparable, Sendable {
    /// Its rank.
    public let rank: Int64
    /// Its SKU.
    public let sku: SKU

    /// A product with its rank.
    public init(rank: Int64, sku: SKU) {
        self.rank = rank
        self.sku = sku
    }

    /// The better one first, and then by SKU.
    public static func < (lhs: SearchHit, rhs: SearchHit) -> Bool {
        lhs.rank == rhs.rank ? lhs.sku < rhs.sku : lhs.rank > rhs.rank
    }
}
