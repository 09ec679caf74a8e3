import JSON
import Testing

/// Objects that are read by a list of their members.
struct MemberListTests {
    private struct Thing: Equatable {
        var name = ""
        var count: Int64 = 0
        var isNew = false
        var inner: Int64 = 0

        mutating func list(_ json: inout JSONReader) throws(JSONError) {
            if try json.take("name", isRequired: true) {
                name = try json.string()
                try json.pass()
            }
            if try json.take("inner", isRequired: false) {
                try json.members { (json) throws(JSONError) in
                    guard try json.take("inner", isRequired: true) else { return }
                    inner = try json.int64()
                    try json.pass()
                }
                try json.pass()
            }
            if try json.take("count", isRequired: true) {
                count = try json.int64()
                try json.pass()
            }
            if try json.take("isNew", isRequired: false) {
                isNew = try json.bool()
                try json.pass()
            }
        }
    }

    private func read(_ text: String) throws(JSONError) -> Thing {
        var json = JSONReader(Array(text.utf8))
        var thing = Thing()
        try json.members { (json) throws(JSONError) in try thing.list(&json) }
        try json.finish()
        return thing
    }

    @Test(arguments: [
        #"{"name":"a","inner":{"inner":7},"count":3,"isNew":true}"#,
        #" { "isNew" : true , "count" : 3 , "inner" : { "inner" : 7 } , "name" : "a" } "#,
        #"{"later":[{"name":1}],"count":3,"name":"a","other":null,"isNew":true,"inner":{"x":{},"inner":7},"last":0}"#,
        #"{"n\u0061me":"a","co\u0075nt":3,"inner":{"inner":7},"isNew":true}"#,
    ])
    func `Members are read in any order, and what is not listed is passed`(_ text: String) throws {
        #expect(try read(text) == Thing(name: "a", count: 3, isNew: true, inner: 7))
    }

    @Test(arguments: [
        ("{}", "/name"), (#"{"name":"a"}"#, "/count"), (#"{"count":1,"x":2}"#, "/name"),
        (#"{"name":"a","count":1,"inner":{}}"#, "/inner/inner"),
    ])
    func `A member that must be there and is not is named`(_ text: String, _ pointer: String) {
        let error = #expect(throws: JSONError.self) { try read(text) }
        #expect(error?.code == .missingMember)
        #expect(error?.pointer == pointer)
    }

    @Test(arguments: [
        (#"{"name":"a","count":1,"name":"b"}"#, JSONError.Code.duplicateMember), (#"{"name":1,"count":1}"#, .wrongType),
        (#"{"name":"a","count":1,}"#, .syntax), (#"{"name":"a","count":1"#, .truncated), ("[]", .wrongType),
        (#"{"x":1,"x":2,"name":"a","count":1}"#, .duplicateMember),
    ])
    func `What is no such object is refused`(_ text: String, _ code: JSONError.Code) {
        let error = #expect(throws: JSONError.self) { try read(text) }
        #expect(error?.code == code)
    }
}
