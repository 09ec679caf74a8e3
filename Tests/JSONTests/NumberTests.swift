import JSON
import Testing

@Suite("Integers")
struct NumberTests {
    @Test(
        "a number without a fraction is an integer, however it is written",
        arguments: [
            ("0", 0), ("-0", 0), ("0.0", 0), ("-0.0e5", 0), ("0e-99999999999999999999", 0), ("1.0", 1), ("1e2", 100),
            ("1.5e1", 15), ("-2.50e+1", -25), ("100e-2", 1), ("1200e-2", 12), ("0.001e3", 1), ("10.10e2", 1_010),
            ("123456789012345678", 123_456_789_012_345_678), ("999999999999999999", 999_999_999_999_999_999),
            ("1234567890123456789", 1_234_567_890_123_456_789), ("9223372036854775807", .max),
            ("-9223372036854775808", .min),
            ("9.223372036854775807e18", .max), ("-9223372036854775808.000", .min), ("9223372036854775807000e-3", .max),
            ("1000000000000000000", 1_000_000_000_000_000_000), ("1e18", 1_000_000_000_000_000_000),
            ("0.000000000000000000000000000001e30", 1),
        ] as [(String, Int64)]
    )
    func integral(_ text: String, _ value: Int64) throws {
        var reader = JSONReader(bytes(text))
        #expect(try reader.int64() == value)
        try reader.finish()
        var elements = JSONReader(bytes("[\(text),\(text) ]"))
        try elements.array { (json, _) throws(JSONError) in #expect(try json.int() == Int(value)) }
    }

    @Test(
        "a fraction is of the wrong type, and an integer of more than 64 bits is out of range",
        arguments: [
            ("1.5", .wrongType), ("-0.1", .wrongType), ("1e-1", .wrongType), ("15e-1", .wrongType),
            ("0.10", .wrongType),
            ("1e-99999999999999999999999", .wrongType), ("99999999999999999999.5", .wrongType),
            ("1.0000000000000000000001", .wrongType),
            ("9223372036854775808", .outOfRange), ("-9223372036854775809", .outOfRange),
            ("18446744073709551616", .outOfRange),
            ("1e19", .outOfRange), ("1e99999999999999999999999", .outOfRange), ("9.3e18", .outOfRange),
            ("100000000000000000000000000000000000000000000000001", .outOfRange), ("-1e300", .outOfRange),
        ] as [(String, JSONError.Code)]
    )
    func refused(_ text: String, _ code: JSONError.Code) throws {
        var reader = JSONReader(bytes(text))
        let error = refusal { () throws(JSONError) in _ = try reader.int64() }
        #expect(error?.code == code)
        #expect(error?.isMalformed == false)
        // It is still valid JSON.
        try skipText(bytes(text))
    }

    @Test("a range holds at both ends")
    func range() {
        for (text, isRead) in [("0", false), ("1", true), ("5", true), ("5.0", true), ("6", false), ("-1", false)] {
            var reader = JSONReader(bytes(text))
            let error = refusal { () throws(JSONError) in _ = try reader.int(in: 1...5) }
            #expect(error?.code == (isRead ? nil : .outOfRange))
            if let error { #expect(error.detail == "must be from 1 to 5") }
        }
    }
}
