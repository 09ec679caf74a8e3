import JSON
import Testing

@Suite("The grammar of RFC 8259")
struct GrammarTests {
    @Test(
        "a text that the grammar allows is read and passed",
        arguments: [
            "0", "-0", "1", "-1", "10", "1.0", "1e2", "1E+2", "100e-2", "0e999999999999", "true", "false", "null",
            #""""#,
            #" "x" "#, "[]", "[ ]", "{}", "{ }", " \t\r\n[1 , 2]\r\n ", "[[],[[]],{}]", #"{"a":1,"b":[true,null]}"#,
            #"{"":0}"#, #"{"a":{"a":{"a":1}}}"#, #"{"a":1,"A":2}"#, #""\"\\\/\b\f\n\r\t""#, #""\u0000\u001f\u00e9""#,
            #""\ud83d\ude00""#, #""\uD834\uDD1E x""#, #""\uFFFF""#, #""\x7f""#, #""\xc2\x80 \xdf\xbf""#,
            #""\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf""#, #""\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf""#,
            #"["a","b" ,"c"]"#, #"{"\u0061":1,"b":2}"#, #"[1,[2,[3,[4]]]]"#, #""/""#, #"{"a~b/c":0}"#,
        ]
    )
    func accepted(_ text: String) throws {
        _ = try JSONTree.read(bytes(text))
        try skipText(bytes(text))
    }

    @Test(
        "a text that the grammar does not allow is refused alike by reading and by skipping",
        arguments: [
            ("", .truncated), ("  ", .truncated), ("[", .truncated), ("{", .truncated), ("[1", .truncated),
            ("[1,", .truncated),
            (#"{"a""#, .truncated), (#"{"a":"#, .truncated), (#"{"a":1"#, .truncated), (#"{"a":1,"#, .truncated),
            (#"""#, .truncated), (#""abc"#, .truncated), (#""\"#, .truncated), (#""\u12"#, .truncated),
            (#""\ud800"#, .truncated), (#""\xe2\x82"#, .truncated), ("t", .truncated), ("nul", .truncated),
            ("-", .truncated),
            ("1.", .truncated), ("1e", .truncated), ("1e+", .truncated), ("[]]", .trailingData), ("1 2", .trailingData),
            ("{}x", .trailingData), ("\"\"\"", .trailingData), ("true1", .trailingData), ("1\\x00", .trailingData),
            ("1-2", .trailingData), ("0x1", .trailingData), ("[1 2]", .syntax), ("[1,]", .syntax), ("[,1]", .syntax),
            ("[,]", .syntax), ("[1,,2]", .syntax), ("[1}", .syntax), (#"{"a":1]"#, .syntax), (#"{"a":1,}"#, .syntax),
            (#"{,"a":1}"#, .syntax), (#"{"a":1,,"b":2}"#, .syntax), (#"{"a" 1}"#, .syntax), (#"{"a"::1}"#, .syntax),
            (#"{"a":}"#, .syntax), (#"{a:1}"#, .syntax), (#"{'a':1}"#, .syntax), (#"{1:1}"#, .syntax),
            (#"{"a":1 "b":2}"#, .syntax),
            (#"{"a","b"}"#, .syntax), ("[a]", .syntax), ("tru]", .syntax), ("True", .syntax), ("nulL", .syntax),
            ("NaN", .syntax),
            ("Infinity", .syntax), ("-Infinity", .syntax), ("01", .syntax), ("-01", .syntax), ("00", .syntax),
            ("+1", .syntax),
            (".5", .syntax), ("-.5", .syntax), ("[1.]", .syntax), ("[1.e2]", .syntax), ("[1e]", .syntax),
            ("[1e+]", .syntax),
            ("[1e1.5]", .syntax), ("[-]", .syntax), ("[--1]", .syntax), ("[0x1]", .syntax), ("[1_000]", .syntax),
            ("'a'", .syntax),
            (#""\x0a""#, .syntax), (#""\x00""#, .syntax), (#""\x1f""#, .syntax), (#""\a""#, .syntax),
            (#""\U0041""#, .syntax),
            (#""\u00g0""#, .syntax), (#""\u+041""#, .syntax), ("/**/1", .syntax), ("// \n1", .syntax),
            ("\\xef\\xbb\\xbf1", .syntax),
            ("\\x0c1", .syntax), ("\\xff", .syntax), ("]", .syntax), ("}", .syntax), (":", .syntax),
            (#""\ud800""#, .invalidUTF8), (#""\udc00""#, .invalidUTF8), (#""\ud800x""#, .invalidUTF8),
            (#""\ud800\ud800""#, .invalidUTF8), (#""\ud800\u0041""#, .invalidUTF8), (#""\ud800\n""#, .invalidUTF8),
            (#""\x80""#, .invalidUTF8), (#""\xff""#, .invalidUTF8), (#""\xc0\xaf""#, .invalidUTF8),
            (#""\xc1\xbf""#, .invalidUTF8),
            (#""\xe0\x9f\xbf""#, .invalidUTF8), (#""\xed\xa0\x80""#, .invalidUTF8),
            (#""\xf0\x8f\xbf\xbf""#, .invalidUTF8),
            (#""\xf4\x90\x80\x80""#, .invalidUTF8), (#""\xf5\x80\x80\x80""#, .invalidUTF8),
            (#""\xe2\x82""#, .invalidUTF8),
            (#""\xc3x""#, .invalidUTF8), (#"{"\xc3x":1}"#, .invalidUTF8), (#"{"\ud800":1}"#, .invalidUTF8),
            (#"{"a":1,"a":2}"#, .duplicateMember), (#"{"a":1,"\u0061":2}"#, .duplicateMember),
            (#"{"\u00e9":1,"\xc3\xa9":2}"#, .duplicateMember), (#"{"":1,"":2}"#, .duplicateMember),
            (#"[{"b":{"a":1},"a":1,"b":2}]"#, .duplicateMember),
        ] as [(String, JSONError.Code)]
    )
    func refused(_ text: String, _ code: JSONError.Code) {
        let read = refusal { () throws(JSONError) in _ = try JSONTree.read(bytes(text)) }
        #expect(read?.code == code)
        #expect(read?.isMalformed == true)
        #expect(refusal { () throws(JSONError) in try skipText(bytes(text)) } == read)
    }

    @Test("every escape and every width of UTF-8 gives its character")
    func characters() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE00 \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80""#
        #expect(
            try JSONTree.read(bytes(text))
                == .string("\"\\/\u{08}\u{0C}\n\r\tA\u{E9}\u{20AC}\u{1F600} \u{E9}\u{20AC}\u{1F600}")
        )
    }

    @Test("names that only look the same are two members")
    func lookalikes() throws {
        // Precomposed and decomposed: equal as Swift strings, different as JSON names.
        try skipText(bytes(#"{"\u00e9":1,"e\u0301":2}"#))
        _ = try JSONTree.read(bytes(#"{"\xc3\xa9":1,"e\xcc\x81":2}"#))
    }
}
