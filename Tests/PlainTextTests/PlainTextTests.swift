import Testing

@testable import PlainText

@Suite("Text from outside")
struct PlainTextTests {
    @Test(
        "texts that are equal have equal bytes once they are in the normal form",
        arguments: [
            ("zo\u{EB}", "zoe\u{308}"), ("\u{1EC7}", "e\u{302}\u{323}"), ("\u{1EC7}", "\u{1EB9}\u{302}"),
            ("\u{AC01}", "\u{1100}\u{1161}\u{11A8}"), ("\u{C5}", "\u{212B}"), ("\u{3A9}", "\u{2126}"),
            ("\u{915}\u{93C}", "\u{958}"), ("a\u{323}\u{307}", "a\u{307}\u{323}"),
        ]
    )
    func normalForm(_ one: String, _ other: String) {
        #expect(Array(one.utf8) != Array(other.utf8))
        #expect(one == other)
        #expect(Array(one.normalForm.utf8) == Array(other.normalForm.utf8))
        #expect(one.normalForm == one)
        #expect(Array(one.normalForm.normalForm.utf8) == Array(one.normalForm.utf8))
    }

    @Test("texts that only look alike stay two")
    func lookalikes() {
        for (one, other) in [("\u{FB01}", "fi"), ("A", "\u{410}"), ("\u{FF21}", "A"), ("x\u{200D}", "x")] {
            #expect(Array(one.normalForm.utf8) != Array(other.normalForm.utf8))
        }
    }

    @Test("every character of the Basic Multilingual Plane is refused by its rule, and no other")
    func rules() {
        for value in UInt32(0)...0x1_FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isControl = scalar.properties.generalCategory == .control
            let isNoCharacter = value <= 0xFFFF && scalar.properties.isNoncharacterCodePoint
            let turns = scalar.properties.isBidiControl && ![0x061C, 0x200E, 0x200F].contains(value)
            let separates = [.lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
            let line = TextRule.line.offender(in: "a\(String(scalar))b") != nil
            let lines = TextRule.lines.offender(in: "a\(String(scalar))b") != nil
            #expect(line == (isControl || isNoCharacter || turns || separates), "\(scalar.codePoint)")
            #expect(lines == (isControl && ![9, 10, 13].contains(value) || isNoCharacter), "\(scalar.codePoint)")
        }
    }

    @Test("a key holds nothing that is not seen, and no white space but the common one")
    func keys() {
        for value in UInt32(0)...0x10_FFFF {
            guard let scalar = Unicode.Scalar(value), value <= 0x2_FFFF || value >= 0xE_0000 else { continue }
            let properties = scalar.properties
            let isUnseen =
                properties.isDefaultIgnorableCodePoint || properties.isWhitespace && scalar != " " || value == 0x2800
                || (0xFFF9...0xFFFB).contains(value)
            let line = TextRule.line.offender(in: String(scalar)) != nil
            #expect((TextRule.key.offender(in: String(scalar)) != nil) == (line || isUnseen), "\(scalar.codePoint)")
        }
        for good in ["zo\u{EB}@x.de", "R 1", "\u{646}\u{645}", "😀", "\u{915}\u{94D}\u{937}"] {
            #expect(TextRule.key.offender(in: good) == nil, "\(good)")
        }
    }

    @Test("a text is blank where nothing of it is seen, and is trimmed of any white space")
    func blanks() {
        for blank in ["", " ", "\u{A0}\u{3000}", "\u{200B}", " \u{2060}\t", "\u{2800}", "\u{E0041}"] {
            #expect(blank.isBlank, "\(blank.unicodeScalars.map(\.codePoint))")
        }
        for shown in ["a", "\u{200B}a", "👩\u{200D}🚀", "\u{301}"] { #expect(!shown.isBlank, "\(shown)") }
        #expect("\u{A0} a\u{3000}b \u{2009}".trimmed == "a\u{3000}b")
        #expect(" \u{3000}".trimmed == "")
        #expect("a".trimmed == "a")
    }

    @Test("the pattern of a rule spells its ranges as JSON and ECMA-262 do")
    func pattern() {
        #expect(TextRule.line.pattern.hasPrefix(#"^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e"#))
        #expect(TextRule.lines.pattern.hasSuffix(#"\\ufdd0-\\ufdef\\ufffe-\\uffff]*$"#))
        #expect(TextRule.line.set(without: "@ ").hasPrefix(#"[^@ \\u0000-"#))
    }

    @Test("what a terminal would obey is spelt out, and all else is as it was")
    func terminal() {
        #expect("a\u{1B}[2Jb\u{7}\r\n\u{9B}31m".forTerminal == #"a\u001B[2Jb\u0007\u000D\u000A\u009B31m"#)
        #expect("\u{202E}txt.exe".forTerminal == #"\u202Etxt.exe"#)
        #expect("a\n\tb\rc\u{1B}]0;x\u{7}".linesForTerminal == "a\n\tb" + #"\u000Dc\u001B]0;x\u0007"#)
        for plain in ["", "caf\u{E9} €5 😀", "שלום", "a\\b"] { #expect(plain.forTerminal == plain) }
    }

    @Test("words of a provider are kept without what a text does not hold")
    func cleaned() {
        #expect("no\u{0}\u{1B}[1mmoney".cleaned() == "no\u{FFFD}\u{FFFD}[1mmoney")
        #expect(Array("e\u{301}".cleaned().utf8) == Array("\u{E9}".utf8))
        #expect("a\nb\u{0}".cleaned(.lines) == "a\nb\u{FFFD}")
    }
}
