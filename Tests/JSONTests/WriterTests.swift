import JSON
import Testing

@Suite("Writing JSON")
struct WriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(capacity: 0)
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("values are written without spaces, and commas stand where they belong")
    func commas() {
        let written = text { json in
            json.object { json in
                json.member("a", "x")
                json.member("none", nil)
                json.member("b", 1)
                json.member("c", Int64.min)
                json.member("d", true)
                json.key("e")
                json.array { json in
                    json.array { _ in }
                    json.object { _ in }
                    json.int(Int64.max)
                    json.bool(false)
                    json.null()
                    json.raw(Array("[1]".utf8))
                    json.string("")
                }
                json.key(String("é\""))
                json.null()
            }
        }
        let list = "[[],{},9223372036854775807,false,null,[1],\"\"]"
        #expect(written == "{\"a\":\"x\",\"b\":1,\"c\":-9223372036854775808,\"d\":true,\"e\":\(list),\"é\\\"\":null}")
    }

    @Test("only what must be escaped is escaped")
    func escapes() {
        let written = text { $0.string("\u{00}\u{08}\t\n\u{0B}\u{0C}\r\u{1F} \"\\/\u{7F}é€😀") }
        #expect(written == #""\u0000\b\t\n\u000b\f\r\u001f \"\\/\#u{7F}é€😀""#)
    }

    @Test(
        "a number is written in its shortest form",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (0.1, "0.1"), (-12.5, "-12.5"), (1e300, "1e+300"),
            (.leastNonzeroMagnitude, "5e-324"),
            (.infinity, "null"), (-.infinity, "null"), (.nan, "null"),
        ] as [(Double, String)]
    )
    func doubles(_ value: Double, _ expected: String) throws {
        #expect(text { $0.double(value) } == expected)
        try skipText(Array(expected.utf8))
    }

    @Test("appended bytes stand as they are and change nothing about the next comma")
    func append() {
        let written = text { json in
            json.array { json in
                json.int(1)
                json.append(Array(",2,3".utf8))
                json.int(4)
            }
            json.append([UInt8(ascii: "\n")])
        }
        #expect(written == "[1,2,3,4]\n")
    }
}
