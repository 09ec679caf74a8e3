import JSON
import Testing

@Suite("Limits of a text")
struct LimitTests {
    /// Both ways through a text must refuse it alike.
    private func code(_ text: [UInt8], _ limits: JSONLimits) -> JSONError? {
        let read = refusal { () throws(JSONError) in _ = try JSONTree.read(text, limits: limits) }
        #expect(refusal { () throws(JSONError) in try skipText(text, limits: limits) } == read)
        return read
    }

    @Test("nesting is allowed up to the limit and refused beyond it")
    func depth() {
        let limits = JSONLimits(maxDepth: 3)
        #expect(code(bytes(#"[{"a":[1]}]"#), limits) == nil)
        #expect(code(bytes("[[[]],[[]]]"), limits) == nil)
        let error = code(bytes(#"[{"a":[[]]}]"#), limits)
        #expect(error?.code == .tooDeep)
        #expect(error?.pointer == "/0/a/0")
    }

    @Test("a hundred thousand open brackets are refused at once, and cannot exhaust the stack where they are allowed")
    func deep() throws {
        let count = 100_000
        let open = [UInt8](repeating: UInt8(ascii: "["), count: count)
        #expect(code(open, .default)?.code == .tooDeep)
        #expect(code(open, .default)?.offset == 32)
        let limits = JSONLimits(maxDepth: count)
        #expect(refusal { () throws(JSONError) in try skipText(open, limits: limits) }?.code == .truncated)
        try skipText(open + [UInt8](repeating: UInt8(ascii: "]"), count: count), limits: limits)
        #expect(
            try growth(from: count / 8, to: count) { count in
                let text =
                    [UInt8](repeating: UInt8(ascii: "["), count: count)
                    + [UInt8](repeating: UInt8(ascii: "]"), count: count)
                try skipText(text, limits: limits)
            } < 24
        )
    }

    @Test("a string is measured in bytes of UTF-8 after its escapes are resolved")
    func stringLength() {
        let limits = JSONLimits(maxStringBytes: 4)
        for text in [#""abcd""#, #""\u0041\u0042\n\t""#, #""\ud83d\ude00""#, #""\u00e9\xc3\xa9""#, #"{"abcd":1}"#] {
            #expect(code(bytes(text), limits) == nil, "\(text)")
        }
        for text in [#""abcde""#, #""\u0041\u0042\n\tx""#, #""\ud83d\ude00x""#, #""\u20ac\xc3\xa9""#, #"{"abcde":1}"#] {
            #expect(code(bytes(text), limits)?.code == .tooLong, "\(text)")
        }
    }

    @Test("a call may ask for a shorter string than the limit, not for a longer one")
    func stringArgument() throws {
        for (asked, length, isRead) in [
            (3, 3, true), (3, 4, false), (9, 5, true), (9, 6, false), (0, 0, true), (0, 1, false),
        ] {
            var reader = JSONReader(
                bytes("\"" + String(repeating: "x", count: length) + "\""),
                limits: JSONLimits(maxStringBytes: 5)
            )
            let error = refusal { () throws(JSONError) in _ = try reader.string(maxBytes: asked) }
            #expect(error?.code == (isRead ? nil : .tooLong))
        }
    }

    @Test("members and elements are allowed up to the limit and refused beyond it")
    func members() {
        let limits = JSONLimits(maxMembers: 2)
        #expect(code(bytes(#"[[1,2],{"a":1,"b":2}]"#), limits) == nil)
        let elements = code(bytes(#"{"a":[1,2,3]}"#), limits)
        #expect(elements?.code == .tooMany)
        #expect(elements?.pointer == "/a")
        let members = code(bytes(#"[{"a":1,"b":2,"c":3}]"#), limits)
        #expect(members?.code == .tooMany)
        #expect(members?.pointer == "/0")
    }

    @Test(
        "a duplicate is found wherever it stands, in an object of any size",
        arguments: [2, 15, 16, 17, 18, 40, 10_000]
    )
    func duplicates(_ count: Int) throws {
        func object(repeating twice: Int?, escaped: Bool) -> [UInt8] {
            var names = (0..<count).map { "name\($0)" }
            if let twice { names[count - 1] = escaped ? "\\u006eame\(twice)" : names[twice] }
            return Array("{\(names.map { "\"\($0)\":{\"name0\":0}" }.joined(separator: ","))}".utf8)
        }
        try skipText(object(repeating: nil, escaped: false))
        for twice in Set([0, 1, count / 2, count - 2]) where twice < count - 1 {
            for escaped in [false, true] {
                let error = code(object(repeating: twice, escaped: escaped), .default)
                #expect(error?.code == .duplicateMember)
                #expect(error?.pointer == "/name\(twice)")
            }
        }
    }

    @Test("a hundred thousand members cost time in proportion")
    func manyMembers() throws {
        let count = 100_000
        let limits = JSONLimits(maxMembers: count)
        // A comparison of each name with every other would take 64 times as long for 8 times as many.
        #expect(
            try growth(from: count / 8, to: count) { count in
                try skipText(
                    Array("{\((0..<count).map { "\"member\($0)\":0" }.joined(separator: ","))}".utf8),
                    limits: limits
                )
            } < 24
        )
    }

    @Test("sibling and nested objects of many members keep their names apart")
    func manyNested() throws {
        let members = (0..<30).map { "\"m\($0)\":0" }.joined(separator: ",")
        let nested = "{\(members),\"in\":{\(members),\"in\":{\(members)}},\"m30\":0}"
        try skipText(Array("[\(nested),\(nested)]".utf8))
        let error = refusal { () throws(JSONError) in
            try skipText(Array("{\(members),\"in\":{\(members)},\"m3\":0}".utf8))
        }
        #expect(error?.pointer == "/m3")
    }
}
