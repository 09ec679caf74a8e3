import Foundation
import Testing

@testable import BackupStorage

@Suite("Keys that seal pieces")
struct SealingKeysTests {
    private static let hex = String(repeating: "0a", count: 32)
    private static let base64 = Data(repeating: 10, count: 32).base64EncodedString()

    @Test(
        "a key is the same in either case of hexadecimal digits and in base64; remarks, blank lines and line ends do not count"
    )
    func forms() throws {
        let texts = [
            Self.hex, Self.hex.uppercased(), Self.base64, "# old\n\n  \(Self.hex)  \r\n# end\n", "\(Self.hex)\n",
            "\t\(Self.base64)\r\n",
        ]
        let ids = try texts.map { try SealingKeys(text: Array($0.utf8), "keys").ids }
        #expect(Set(ids).count == 1)
        #expect(ids[0].count == 1)
    }

    @Test(
        "a line that is no key is named by its number, and not repeated",
        arguments: [
            "secret", String(repeating: "0g", count: 32), String(repeating: "0a", count: 31),
            String(repeating: "0a", count: 33),
            Data(repeating: 10, count: 31).base64EncodedString(), Data(repeating: 10, count: 33).base64EncodedString(),
            "\(hex) \(hex)", "key: \(hex)",
        ]
    )
    func badLines(_ line: String) {
        let text = Array("# a remark\n\(String(repeating: "0b", count: 32))\n\(line)\n".utf8)
        let failure = #expect(throws: SealingKeysFailure.self) { try SealingKeys(text: text, "keys") }
        #expect(failure == .badLine("keys", 3))
        #expect(failure?.description.contains(line) == false)
    }

    @Test("a file without a key, and one with a key twice, are refused")
    func noKeys() {
        #expect(throws: SealingKeysFailure.noKey("keys")) { try SealingKeys(text: Array("# none\n".utf8), "keys") }
        #expect(throws: SealingKeysFailure.noKey("keys")) {
            try SealingKeys(text: Array("accept-plain\n".utf8), "keys")
        }
        #expect(throws: SealingKeysFailure.repeated("keys", 2)) {
            try SealingKeys(text: Array("\(Self.hex)\n\(Self.base64)\n".utf8), "keys")
        }
    }

    @Test("keys are never printed: by description, dump or mirror")
    func neverPrinted() throws {
        let keys = try SealingKeys(text: Array(Self.hex.utf8), "keys")
        var text = "\(keys) \(String(reflecting: keys)) \(Sealing(keys: keys))"
        dump(keys, to: &text)
        dump(Sealing(keys: keys), to: &text)
        for part in [Self.hex, Self.base64, "SymmetricKey", "[10, 10", "0a0a"] {
            #expect(!text.contains(part), "\(part)")
        }
        #expect(text.contains("••••"))
    }

    @Test("a file that others can read is refused, and so are a missing one, a folder and one that is too large")
    func files() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/keys"
        func write(_ text: String, mode: mode_t) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            #expect(chmod(path, mode) == 0)
        }
        for mode: mode_t in [0o600, 0o400, 0o640] {
            try write(Self.hex, mode: mode)
            #expect(try SealingKeys(file: path).ids.count == 1)
        }
        for mode: mode_t in [0o644, 0o604, 0o602, 0o601] {
            try write(Self.hex, mode: mode)
            #expect(throws: SealingKeysFailure.openToOthers(path)) { try SealingKeys(file: path) }
        }
        try write(String(repeating: "#\n", count: SealingKeys.fileBytesMax), mode: 0o600)
        for bad in [path, folder.path, folder.path + "/none"] {
            let failure = #expect(throws: SealingKeysFailure.self) { try SealingKeys(file: bad) }
            #expect(failure?.description.hasPrefix("cannot read \(bad): ") == true)
        }
    }
}
