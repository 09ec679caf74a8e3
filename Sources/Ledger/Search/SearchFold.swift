// The comparison of texts in a search: differences that people ignore when they type are removed here. One function makes both
// the index and the query, in every engine; no engine's own idea of letters is used.
//
// Source: Unicode Standard Annex 15 (compatibility decomposition); the letters without a decomposition are listed here.

import Foundation

/// Folds text for searching.
public enum SearchFold {
    /// The version of the folding: texts folded by another version are folded again when a file is opened.
    ///
    /// A change needs a migration that replaces the index `products_to_fold`.
    public static let version: Int64 = 1

    /// The text in lower case, without accents, vowel points and invisible signs, each letter in its simplest form.
    ///
    /// - Parameter spelled: whether letters with two dots or a ring are written with two letters, as in `Mueller`.
    public static func fold(_ text: String, spelled: Bool = false) -> [Unicode.Scalar] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            return text.unicodeScalars.map { lowered($0) }
        }
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if apostrophes.contains(scalar) { plain.append("'") } else if !isUnseen(scalar) { plain.append(scalar) }
        }
        var folded = String.UnicodeScalarView()
        for scalar in String(plain).decomposedStringWithCompatibilityMapping.unicodeScalars {
            if isAccent(scalar) {
                if spelled, let letter = folded.last { spell(letter, scalar, into: &folded) }
                continue
            }
            guard scalar.value >= 0x80 else {
                folded.append(lowered(scalar))
                continue
            }
            for lower in scalar.properties.lowercaseMapping.unicodeScalars where !isAccent(lower) {
                if spelled, lower == "ø" {
                    folded.append(contentsOf: "oe".unicodeScalars)
                } else if let simple = letters[lower] {
                    folded.append(contentsOf: simple.unicodeScalars)
                } else {
                    folded.append(digit(lower) ?? lower)
                }
            }
        }
        // Hangul syllables and voiced kana were decomposed together with the accents.
        return String(folded).precomposedStringWithCanonicalMapping.unicodeScalars.map(hiragana)
    }

    /// The variants of `'` that people and word processors use.
    private static let apostrophes: Set<Unicode.Scalar> = [
        "\u{60}", "\u{B4}", "\u{2B9}", "\u{2BB}", "\u{2BC}", "\u{2018}", "\u{2019}", "\u{201B}", "\u{2032}", "\u{FF07}",
        "\u{5F3}", "\u{A78C}",
    ]

    /// Soft hyphens, joiners, marks of direction, variants and skin tones.
    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x640, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF, 0x1F3FB...0x1F3FF:
            true
        default: false
        }
    }

    /// A letter of ASCII in lower case; any other scalar as it is.
    private static func lowered(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        (0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value + 32)) : scalar
    }

    /// Marks that people leave out: those of Latin, Greek and Cyrillic, and the vowel points of Hebrew and Arabic.
    ///
    /// The vowels of Indian scripts and of Thai are marks too, but words differ without them.
    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x300...0x36F, 0x483...0x489, 0x591...0x5BD, 0x5BF, 0x5C1...0x5C2, 0x5C4...0x5C5, 0x5C7, 0x610...0x61A,
            0x64B...0x65F, 0x670, 0x6D6...0x6DC, 0x6DF...0x6E4, 0x6E7...0x6E8, 0x6EA...0x6ED, 0x1AB0...0x1AFF,
            0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F:
            true
        default: false
        }
    }

    /// Letters without a decomposition, and their usual spelling.
    private static let letters: [Unicode.Scalar: String] = [
        "ß": "ss", "ł": "l", "ø": "o", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h",
        "ŧ": "t",
        "ŋ": "n", "ĸ": "k", "ɓ": "b", "ɖ": "d", "ɗ": "d", "ƒ": "f", "ɠ": "g", "ɨ": "i", "ƙ": "k", "ɫ": "l", "ƚ": "l",
        "ɲ": "n",
        "ɵ": "o", "ƥ": "p", "ʉ": "u", "ƶ": "z", "ƴ": "y", "ǝ": "e", "ə": "e", "ɛ": "e", "ɔ": "o", "ȷ": "j", "ς": "σ",
        "ґ": "г", "ҙ": "з", "қ": "к", "ң": "н", "ғ": "г", "ү": "у", "ұ": "у", "һ": "х", "ѓ": "г", "ё": "е",
        "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ے": "ي", "ہ": "ه", "ھ": "ه", "ٱ": "ا",
    ]

    /// The second letter of an umlaut or a ring.
    private static func spell(
        _ letter: Unicode.Scalar,
        _ mark: Unicode.Scalar,
        into text: inout String.UnicodeScalarView
    ) {
        switch (letter, mark) {
        case ("a", "\u{308}"), ("o", "\u{308}"), ("u", "\u{308}"): text.append("e")
        case ("a", "\u{30A}"): text.append("a")
        default: break
        }
    }

    /// A digit of any script as an ASCII digit.
    private static func digit(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        guard scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue else {
            return nil
        }
        return Unicode.Scalar(UInt8(value) + 0x30)
    }

    /// Katakana as hiragana, which stand for the same syllables.
    private static func hiragana(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        (0x30A1...0x30F6).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0x60) ?? scalar : scalar
    }
}
