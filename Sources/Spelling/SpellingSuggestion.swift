// The likely intended word for an unknown one. The measure is the optimal string alignment distance (Damerau 1964): an extra
// letter, a missing one, a wrong one, or two swapped neighbours each count one.

/// Finds the known word for which a mistyped one was probably meant.
public enum SpellingSuggestion {
    /// The closest known word, if it is close enough to suggest.
    ///
    /// Close means at most one error for every three letters, or a prefix or suffix of the known word of three letters or more.
    /// Case and the marks `-`, `_`, `.` and space between words do not count. Cost: the product of the two lengths for each known
    /// word; a word of more than 64 characters has no close one.
    public static func closest(to word: String, in known: some Sequence<String>) -> String? {
        let given = letters(word)
        guard !given.isEmpty, given.count <= 64 else { return nil }
        var best: (word: String, mistakes: Int)?
        for candidate in known {
            let wanted = letters(candidate)
            var mistakes = distance(given, wanted)
            if mistakes > max(given.count, wanted.count) / 3 {
                guard given.count >= 3, wanted.starts(with: given) || wanted.reversed().starts(with: given.reversed())
                else { continue }
                mistakes += 64
            }
            if best.map({ mistakes < $0.mistakes }) ?? true { best = (candidate, mistakes) }
        }
        return best?.word
    }

    /// The end of an error message, as in `; did you mean books?`, or an empty text where no known word is close.
    public static func hint(for word: String, in known: some Sequence<String>) -> String {
        closest(to: word, in: known).map { "; did you mean \($0)?" } ?? ""
    }

    private static func letters(_ word: String) -> [Character] {
        word.lowercased().filter { !"-_. ".contains($0) }
    }

    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var line = [row + 1]
            for (column, wanted) in other.enumerated() {
                var least = min(last[column] + (letter == wanted ? 0 : 1), last[column + 1] + 1, line[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == wanted {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                line.append(least)
            }
            (beforeLast, last) = (last, line)
        }
        return last[other.count]
    }
}
