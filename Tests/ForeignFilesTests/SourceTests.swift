import Foundation
import Testing

@testable import ForeignFiles

@Suite("Other people's files")
struct SourceTests {
    private static let text = "sku,name\nA,Zoë’s – “mug” €5\n"

    private func decode(_ bytes: [UInt8], _ encoding: String? = nil) throws -> String {
        let decoder = try SourceDecoder(SourceStream(bytes), encoding: encoding)
        var text: [UInt8] = []
        while try decoder.read(into: &text) {}
        return String(decoding: text, as: UTF8.self)
    }

    private func bytes(_ encoding: String.Encoding, mark: [UInt8] = []) throws -> [UInt8] {
        mark + Array(try #require(Self.text.data(using: encoding)))
    }

    @Test("UTF-8 and UTF-16 are told by their marks, and UTF-16 without one by its noughts")
    func marks() throws {
        #expect(try decode(bytes(.utf8)) == Self.text)
        #expect(try decode(bytes(.utf8, mark: [0xEF, 0xBB, 0xBF])) == Self.text)
        #expect(try decode(bytes(.utf16LittleEndian, mark: [0xFF, 0xFE])) == Self.text)
        #expect(try decode(bytes(.utf16BigEndian, mark: [0xFE, 0xFF])) == Self.text)
        #expect(try decode(bytes(.utf16LittleEndian)) == Self.text)
        #expect(try decode(bytes(.utf16BigEndian)) == Self.text)
        #expect(try decode(bytes(.utf32LittleEndian, mark: [0xFF, 0xFE, 0, 0])) == Self.text)
    }

    @Test("an encoding that is named is read to the last character, mark or no mark")
    func named() throws {
        #expect(try decode(bytes(.windowsCP1252), "windows-1252") == Self.text)
        #expect(try decode(bytes(.windowsCP1252), "CP1252") == Self.text)
        #expect(try decode([0x41, 0xA3, 0xE9], "latin1") == "A£é")
        #expect(try decode([0xCF, 0xF0, 0xE8], "windows-1251") == "При")
        for encoding in ["utf-16", "UTF-16LE", "utf16"] {
            #expect(try decode(bytes(.utf16LittleEndian, mark: [0xFF, 0xFE]), encoding) == Self.text)
        }
        #expect(try decode(bytes(.utf16BigEndian, mark: [0xFE, 0xFF]), "utf-16") == Self.text)
        #expect(try decode(bytes(.utf8, mark: [0xEF, 0xBB, 0xBF]), "utf8") == Self.text)
    }

    @Test("a long text keeps characters that lie across pieces")
    func pieces() throws {
        let long = String(repeating: "x€", count: 200_000)
        #expect(try decode(Array(try #require(long.data(using: .utf16LittleEndian))), "utf-16le") == long)
    }

    @Test("bytes that are not of the encoding are an error with the line and the way out, and never lost")
    func undecodable() throws {
        for bad: [UInt8] in [[0x93], [0xC3], [0xED, 0xA0, 0x80], [0xFF]] {
            let file = Array("sku,name\nA,a\nB,".utf8) + bad + Array("x\n".utf8)
            do {
                try CSVReader.read(file) { _ in }
                Issue.record("\(bad) was read")
            } catch {
                #expect(
                    "\(error)".hasPrefix("line 3 is not UTF-8; name the file's encoding, as in --encoding windows-1252")
                )
            }
        }
        #expect(throws: SourceFileError("line 2 is not WINDOWS-1252; name the file's encoding with --encoding")) {
            try decode(Array("a\n".utf8) + [0x81], "windows-1252")
        }
        #expect(throws: SourceFileError("line 1 is not UTF-16LE; name the file's encoding with --encoding")) {
            try decode([0x41, 0, 0x42], "utf-16le")
        }
        #expect(throws: SourceFileError.self) { try decode([0x41], "no-such-thing") }
    }

    @Test("a workbook, an archive and a folder are refused with the way out")
    func notText() throws {
        let path = NSTemporaryDirectory() + "/source-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (head, words) in [
            ([0x50, 0x4B, 0x03, 0x04], "save the sheet as CSV"), ([0xD0, 0xCF, 0x11, 0xE0], "save the sheet as CSV"),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
        ] as [([UInt8], String)] {
            try Data(head + [0, 0, 0, 0]).write(to: URL(fileURLWithPath: path))
            do {
                _ = try SourceFile(path)
                Issue.record("\(head) was opened")
            } catch {
                #expect(error.description.contains(words))
            }
        }
        #expect(throws: SourceFileError.self) { try SourceFile(NSTemporaryDirectory()) }
        #expect(throws: SourceFileError.self) { try SourceFile("/nowhere/at-all") }
    }
}
