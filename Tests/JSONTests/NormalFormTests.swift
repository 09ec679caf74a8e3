import JSON
import Testing

@Suite("A request's text in the normal form")
struct NormalFormTests {
    private func read(_ text: String, maxBytes: Int? = nil) throws(JSONError) -> String {
        var json = JSONReader(bytes(text), limits: .request)
        let value = try json.string(maxBytes: maxBytes)
        try json.finish()
        return value
    }

    @Test(
        "a string comes in one form, however it is composed or escaped",
        arguments: [#""zo\xc3\xab""#, #""zoe\xcc\x88""#, #""zoe\u0308""#, #""zo\u00eb""#, #""z\u006fe\xcc\x88""#]
    )
    func strings(_ text: String) throws {
        #expect(Array(try read(text).utf8) == Array("zo\u{EB}".utf8))
    }

    @Test(
        "a character that a line does not hold is an invalid value at the place of the string",
        arguments: [
            #"\u0000"#, #"\b"#, #"\t"#, #"\n"#, #"\r"#, #"\u001b"#, #"\x7f"#, #"\u0080"#, #"\xc2\x9b"#, #"\u2028"#,
            #"\u202e"#, #"\u2066"#, #"\ufdd0"#, #"\uffff"#, #"\xef\xbf\xbe"#,
        ]
    )
    func refused(_ character: String) throws {
        let error = refusal { () throws(JSONError) in
            var json = JSONReader(bytes(#"{"a":["x","y\#(character)z"]}"#), limits: .request)
            try json.object { json, _ throws(JSONError) in
                try json.array { json, _ throws(JSONError) in _ = try json.string() }
            }
        }
        #expect(error?.code == .invalidValue)
        #expect(error?.isMalformed == false)
        #expect(error?.pointer == "/a/1")
        // The bound on strings applies to member names as well.
        let name = refusal { () throws(JSONError) in
            try skipText(bytes(#"{"a":{"y\#(character)z":1}}"#), limits: .request)
        }
        #expect(name?.code == .invalidValue)
        #expect(name?.pointer.hasPrefix("/a/y") == true)
    }

    @Test("a text that may have lines holds tabs and ends of lines, and nothing else that cannot be seen")
    func lines() throws {
        var json = JSONReader(bytes(#"["a\tb\r\nc","a\u000bb"]"#), limits: .request)
        var read: [String] = []
        let error = refusal { () throws(JSONError) in
            try json.array { json, _ throws(JSONError) in read.append(try json.string(rule: .lines)) }
        }
        #expect(read == ["a\tb\r\nc"])
        #expect(error?.pointer == "/1")
    }

    @Test(
        "members with one name in the normal form stand twice, few or many",
        arguments: [
            (#""\u00e9":1,"e\u0301":2"#, 0), (#""\xc3\xa9":1,"e\xcc\x81":2"#, 0), (#""e\xcc\x81":1,"\u00e9":2"#, 40),
        ]
    )
    func duplicates(_ members: String, _ others: Int) {
        let more = (0..<others).map { #""m\#($0)":0,"# }.joined()
        let text = bytes("{\(more)\(members)}")
        let error = refusal { () throws(JSONError) in try skipText(text, limits: .request) }
        #expect(error?.code == .duplicateMember)
        // Without normalisation the two names are different.
        #expect(refusal { () throws(JSONError) in try skipText(text) } == nil)
    }

    @Test("a string is measured in the form that it is kept in")
    func length() throws {
        let vietnamese = String(repeating: "e\u{323}\u{302}", count: 10)
        #expect(vietnamese.utf8.count == 50)
        #expect(try read("\"\(vietnamese)\"", maxBytes: 30).utf8.count == 30)
        #expect(refusal { () throws(JSONError) in _ = try read("\"\(vietnamese)\"", maxBytes: 29) }?.code == .tooLong)
        // Some characters grow in the normal form: U+0958 becomes two.
        #expect(refusal { () throws(JSONError) in _ = try read(#""\u0958""#, maxBytes: 5) }?.code == .tooLong)
    }

    @Test("what is not a request's is read as it was written")
    func verbatim() throws {
        var json = JSONReader(bytes(#""e\u0301\u0000""#))
        #expect(Array(try json.string().utf8) == Array("e\u{301}\u{0}".utf8))
    }
}
