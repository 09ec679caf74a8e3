import JSON
import Testing

@Suite("Where an error is")
struct PointerTests {
    @Test(
        "every error names the place it belongs to and the byte where it was seen",
        arguments: [
            ("", .truncated, "", 0), ("[1,x]", .syntax, "/1", 3), ("[1,]", .syntax, "/1", 3), ("[1 2]", .syntax, "", 3),
            (#"{"a":[1,{"b":tru}]}"#, .syntax, "/a/1/b", 16), (#"{"a":1 "b":2}"#, .syntax, "", 7),
            (#"{"a":{"b":1,"c":2"#, .truncated, "/a", 17), (#"{"a":"x"#, .truncated, "/a", 7),
            (#"{"a":1}}"#, .trailingData, "", 7), (#"{"a":[1]} 2"#, .trailingData, "", 10),
            (#"{"x":{"a":1,"b":2,"a":3}}"#, .duplicateMember, "/x/a", 18), (#"[["\xff"]]"#, .invalidUTF8, "/0/0", 3),
            (#"{"a/b":{"c~d":nul}}"#, .syntax, "/a~1b/c~0d", 17), (#"{"\u0061":{"":?}}"#, .syntax, "/a/", 14),
            (#"{"ok":{"n":[0]},"n":01}"#, .syntax, "/n", 20), (#"{"a":[[1],[1.5]]}"#, .wrongType, "/a/1/0", 11),
            (#"[9223372036854775808]"#, .outOfRange, "/0", 1), (#"{"a":1,b:2}"#, .syntax, "", 7),
            (#"{"a":"\ud800"}"#, .invalidUTF8, "/a", 6), (#"{"a":"\q"}"#, .syntax, "/a", 7),
        ] as [(String, JSONError.Code, String, Int)]
    )
    func place(_ text: String, _ code: JSONError.Code, _ pointer: String, _ offset: Int) {
        let error = refusal { () throws(JSONError) in _ = try JSONTree.read(bytes(text)) }
        #expect(error?.code == code)
        #expect(error?.pointer == pointer)
        #expect(error?.offset == offset)
    }

    @Test("a value of another kind is refused where it stands, saying what was expected and found")
    func wrongKind() {
        let text = bytes(#"{"lines":[{"sku":12}]}"#)
        let error = refusal { () throws(JSONError) in
            var reader = JSONReader(text)
            try reader.object { (json, _) throws(JSONError) in
                try json.array { (json, _) throws(JSONError) in
                    try json.object { (json, _) throws(JSONError) in _ = try json.string() }
                }
            }
        }
        #expect(
            error
                == JSONError(
                    code: .wrongType,
                    pointer: "/lines/0/sku",
                    detail: "expected a string, found a number",
                    offset: 17
                )
        )
        #expect(error?.isMalformed == false)
        #expect(error?.description == "wrongType at /lines/0/sku (byte 17): expected a string, found a number")
    }

    @Test("each call refuses each kind that it does not read")
    func kinds() {
        let texts: [(JSONKind, String)] = [
            (.object, "{}"), (.array, "[]"), (.string, #""""#), (.number, "1"), (.bool, "true"), (.null, "null"),
        ]
        let calls: [(JSONKind, (inout JSONReader) throws(JSONError) -> Void)] = [
            (
                .object,
                { (json) throws(JSONError) in try json.object { (json, _) throws(JSONError) in try json.skip() } }
            ),
            (.array, { (json) throws(JSONError) in try json.array { (json, _) throws(JSONError) in try json.skip() } }),
            (.string, { (json) throws(JSONError) in _ = try json.string() }),
            (.number, { (json) throws(JSONError) in _ = try json.int() }),
            (.bool, { (json) throws(JSONError) in _ = try json.bool() }),
        ]
        for (kind, text) in texts {
            for (wanted, call) in calls {
                var reader = JSONReader(bytes(text))
                let error = refusal { () throws(JSONError) in try call(&reader) }
                #expect(error?.code == (kind == wanted ? nil : .wrongType), "\(wanted) from \(text)")
            }
        }
    }

    @Test("inside a member the current place is the member, behind the object it is the object")
    func current() throws {
        var reader = JSONReader(bytes(#"{"a": {"b": 7} , "c": 1}"#))
        var seen: [JSONError] = []
        try reader.object { (json, name) throws(JSONError) in
            guard name == "a" else {
                seen.append(json.unknown(name))
                return try json.skip()
            }
            try json.object { (json, _) throws(JSONError) in
                _ = try json.int()
                seen.append(json.failure(.invalidValue, "unlucky"))
            }
            seen.append(json.failure(.invalidValue, "too small"))
            seen.append(json.missing("x/y"))
        }
        seen.append(reader.missing("d"))
        #expect(seen.map(\.pointer) == ["/a/b", "/a", "/a/x~1y", "/c", "/d"])
        #expect(seen.map(\.offset) == [12, 6, 6, 22, 0])
        #expect(seen.map(\.code) == [.invalidValue, .invalidValue, .missingMember, .unknownMember, .missingMember])
        #expect(seen.allSatisfy { !$0.isMalformed })
    }

    @Test("null is consumed only where it stands")
    func null() throws {
        var reader = JSONReader(bytes("[null, 5 ,null]"))
        var values: [Int?] = []
        try reader.array { (json, _) throws(JSONError) in
            values.append(try json.isNull() ? nil : try json.int())
        }
        #expect(values == [nil, 5, nil])
    }

    @Test("a raw value is its exact bytes, proved, without the space around it")
    func raw() throws {
        var reader = JSONReader(bytes(#"{"a" :  {"x": [1, 2.50e1 ] } , "b":"\u0041"}"#))
        var raw: [String] = []
        try reader.object { (json, _) throws(JSONError) in
            raw.append(String(decoding: try json.rawValue(), as: UTF8.self))
        }
        try reader.finish()
        #expect(raw == [#"{"x": [1, 2.50e1 ] }"#, #""\u0041""#])
        let error = refusal { () throws(JSONError) in
            var reader = JSONReader(bytes(#"[{"a":1,"a":1}]"#))
            try reader.array { (json, _) throws(JSONError) in _ = try json.rawValue() }
        }
        #expect(error?.code == .duplicateMember)
        #expect(error?.pointer == "/0/a")
    }
}
