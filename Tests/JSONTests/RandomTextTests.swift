import JSON
import TestSupport
import Testing

@Suite("Random texts, from fixed seeds")
struct RandomTextTests {
    @Test("what the writer writes, the reader reads back", arguments: [1, 2, 3, 4] as [UInt64])
    func roundTrip(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let tree = Self.tree(depth: 5, &generator)
            var writer = JSONWriter()
            tree.write(to: &writer)
            #expect(try JSONTree.read(writer.bytes) == tree, "seed \(seed)")
            var reader = JSONReader(writer.bytes)
            #expect(try reader.rawValue() == writer.bytes, "seed \(seed)")
        }
    }

    @Test(
        "no change of bytes crashes the reader, and both ways through a text agree",
        arguments: [5, 6, 7, 8] as [UInt64]
    )
    func mutations(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let spice = Array("{}[]\",:\\u0123456789eE+-. \u{00}trufalsn".utf8) + [0x80, 0xC2, 0xE2, 0xED, 0xF4, 0xFF]
        for _ in 0..<1_500 {
            var writer = JSONWriter()
            Self.tree(depth: 4, &generator).write(to: &writer)
            var text = writer.bytes
            for _ in 0...Int.random(in: 0..<4, using: &generator) where !text.isEmpty {
                let place = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: text[place] = spice.randomElement(using: &generator) ?? 0
                case 1: text.insert(spice.randomElement(using: &generator) ?? 0, at: place)
                case 2: text.remove(at: place)
                default: text.removeLast(text.count - place)
                }
            }
            let read = refusal { () throws(JSONError) in _ = try JSONTree.read(text) }
            let passed = refusal { () throws(JSONError) in try skipText(text) }
            // A number may be valid JSON and still no integer; every other error must be found at the same position by both.
            if read?.isMalformed != false { #expect(read == passed, "seed \(seed): \(text)") }
        }
    }

    private static func tree(depth: Int, _ generator: inout SeededGenerator) -> JSONTree {
        switch Int.random(in: depth == 0 ? 2..<6 : 0..<6, using: &generator) {
        case 0:
            var names: Set<String> = []
            for _ in 0..<Int.random(in: 0..<24, using: &generator) { names.insert(text(&generator)) }
            return .object(names.sorted().map { JSONTree.Member(name: $0, value: tree(depth: depth / 2, &generator)) })
        case 1:
            let count = Int.random(in: 0..<6, using: &generator)
            return .array((0..<count).map { _ in tree(depth: depth - 1, &generator) })
        case 2: return .string(text(&generator))
        case 3:
            return .int(
                Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0..<64, using: &generator)
            )
        case 4: return .bool(Bool.random(using: &generator))
        default: return .null
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        let widest: UInt32 = [0x7F, 0x7F, 0xFF, 0xFFFF, 0x10_FFFF].randomElement(using: &generator) ?? 0x7F
        for _ in 0..<Int.random(in: 0..<20, using: &generator) {
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...widest, using: &generator)) { text.append(scalar) }
        }
        return String(text)
    }
}
