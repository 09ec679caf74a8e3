import Bytes
import Testing

@Suite("Bytes")
struct BytesTests {
    @Test("digits stand for their bytes, and no other text does")
    func hex() {
        let bytes = (0...255).map(UInt8.init)
        #expect(Hex.text([0x00, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
        #expect(Hex.bytes(Hex.text(bytes)) == bytes)
        #expect(Hex.bytes("") == [])
        for text in ["0", "0g", "0F", "f 0", "００", "0x"] { #expect(Hex.bytes(text) == nil, "\(text)") }
    }

    @Test("a digit of either case has its value")
    func anyCase() {
        #expect("0aA9fF".utf8.map { Hex.value(ofAnyCase: $0) } == [0, 10, 10, 9, 15, 15])
        #expect("gG/:@`".utf8.allSatisfy { Hex.value(ofAnyCase: $0) == nil })
    }

    @Test("what is not unreserved is percent-encoded")
    func percent() {
        #expect(PercentEncoding.encode("BANK CHARGES/é") == "BANK%20CHARGES%2F%C3%A9")
        #expect(PercentEncoding.encode("az-AZ_0.9~") == "az-AZ_0.9~")
    }

    // Source: the vectors of draft-eastlake-fnv, appendix C.
    @Test(
        "the hash is FNV-1a's",
        arguments: [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)]
    )
    func fnv(_ text: String, _ hash: UInt64) {
        #expect(FNV1a(text.utf8).value == hash)
        var parts = FNV1a()
        for byte in text.utf8 { parts.add([byte]) }
        #expect(parts.value == hash)
    }
}
