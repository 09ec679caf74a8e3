// Converts bytes of any encoding to UTF-8 without losing one. The given encoding counts first, then a byte order mark (BOM), then
// the typical pattern of UTF-16; all else is taken as UTF-8, and an invalid row is an error with a hint. Nothing else is guessed:
// Windows-1252 and Windows-1251 cannot be told apart, and a wrong guess gives plausible but wrong text.
//
// Source: Unicode 16, section 23.8 (byte order mark); iconv(3).

import Glibc

/// A file's text as UTF-8, a piece at a time.
package final class SourceDecoder {
    private let stream: SourceStream
    private var converter: EncodingConverter?
    private var head: [UInt8] = []
    private var raw: [UInt8] = []
    /// Whether bytes are passed on unconverted, and must still be validated.
    let isUTF8: Bool

    /// A decoder of a stream with an encoding from `iconv -l`; nil to detect it from its beginning.
    package init(_ stream: SourceStream, encoding: String? = nil) throws(SourceFileError) {
        self.stream = stream
        while head.count < 4096, try stream.read(into: &head) {}
        let (marked, mark) = Self.marked(head)
        let name = encoding.map(Self.plain) ?? marked ?? Self.unmarked(head) ?? "UTF-8"
        isUTF8 = name == "UTF-8"
        let ownMark = marked == nil || (encoding != nil && !Self.agrees(name, marked ?? "")) ? 0 : mark
        head.removeFirst(ownMark)
        if !isUTF8 { converter = try EncodingConverter(from: Self.ordered(name, marked ?? Self.unmarked(head))) }
    }

    /// Appends a piece of text; false at the end.
    func read(into buffer: inout [UInt8]) throws(SourceFileError) -> Bool {
        if converter == nil {
            guard head.isEmpty else {
                buffer += head
                head = []
                return true
            }
            return try stream.read(into: &buffer)
        }
        raw += head
        head = []
        let hasMore = try stream.read(into: &raw)
        guard hasMore || !raw.isEmpty else { return false }
        try converter?.convert(&raw, isLast: !hasMore, into: &buffer)
        return true
    }

    /// The encoding of a byte order mark at the beginning, and the length of the mark.
    private static func marked(_ head: [UInt8]) -> (name: String?, bytes: Int) {
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return ("UTF-8", 3) }
        if head.starts(with: [0xFF, 0xFE, 0, 0]) { return ("UTF-32LE", 4) }
        if head.starts(with: [0xFF, 0xFE]) { return ("UTF-16LE", 2) }
        if head.starts(with: [0xFE, 0xFF]) { return ("UTF-16BE", 2) }
        return (nil, 0)
    }

    /// UTF-16 without a mark: nearly all of the first characters are ASCII, so every second byte is zero.
    private static func unmarked(_ head: [UInt8]) -> String? {
        let pairs = head.prefix(200).count / 2
        guard pairs >= 4 else { return nil }
        let first = (0..<pairs).count { head[$0 * 2] == 0 }
        let second = (0..<pairs).count { head[$0 * 2 + 1] == 0 }
        if second * 4 >= pairs * 3, first == 0 { return "UTF-16LE" }
        if first * 4 >= pairs * 3, second == 0 { return "UTF-16BE" }
        return nil
    }

    private static func plain(_ name: String) -> String {
        let upper = name.uppercased().replacing("_", with: "-")
        return upper == "UTF8" ? "UTF-8" : upper
    }

    /// Whether the mark belongs to the given encoding.
    private static func agrees(_ name: String, _ marked: String) -> Bool {
        name == marked || (["UTF-16", "UCS-2"].contains(name) && marked.hasPrefix("UTF-16"))
            || (name == "UTF-32" && marked == "UTF-32LE")
    }

    /// Without its mark, UTF-16 needs an explicit byte order.
    private static func ordered(_ name: String, _ marked: String?) -> String {
        guard ["UTF-16", "UCS-2", "UTF-32"].contains(name) else { return name }
        return marked ?? (name == "UTF-32" ? "UTF-32LE" : "UTF-16LE")
    }
}

/// The system's conversion of an encoding to UTF-8.
private final class EncodingConverter {
    private let name: String
    private let handle: iconv_t
    private var lines = 1

    init(from name: String) throws(SourceFileError) {
        self.name = name
        guard let handle = iconv_open("UTF-8", name), Int(bitPattern: handle) != -1 else {
            throw SourceFileError(
                "--encoding \(name) is unknown; utf-8, windows-1252, latin1, utf-16 and others are known"
            )
        }
        self.handle = handle
    }

    deinit {
        iconv_close(handle)
    }

    /// Converts the complete characters of `input` and leaves the rest there.
    func convert(_ input: inout [UInt8], isLast: Bool, into output: inout [UInt8]) throws(SourceFileError) {
        var piece = [CChar](repeating: 0, count: 4 * SourceStream.chunkBytes)
        var used = 0
        var reason: Int32 = 0
        repeat {
            let size = piece.count
            var left = input.count - used
            var room = size
            reason = input.withUnsafeMutableBytes { bytes in
                piece.withUnsafeMutableBufferPointer { piece in
                    var from = bytes.baseAddress.map { ($0 + used).assumingMemoryBound(to: CChar.self) }
                    var to = piece.baseAddress
                    return iconv(handle, &from, &left, &to, &room) == -1 ? errno : 0
                }
            }
            used = input.count - left
            for byte in piece.prefix(size - room) {
                if byte == 0x0A { lines += 1 }
                output.append(UInt8(bitPattern: byte))
            }
        } while reason == E2BIG
        guard reason == 0 || (reason == EINVAL && !isLast) else {
            throw SourceFileError("line \(lines) is not \(name); name the file's encoding with --encoding")
        }
        input.removeFirst(used)
    }
}
