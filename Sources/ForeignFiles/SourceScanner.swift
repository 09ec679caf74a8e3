/// The text of a file as a run of bytes that is read on demand; consumed bytes are released.
package final class SourceScanner {
    private let decoder: SourceDecoder
    private var buffer: [UInt8] = []
    private var isOver = false
    /// Where the current line or row begins.
    package private(set) var start = 0
    /// The line of the file that begins there, from 1.
    package private(set) var line = 1

    package init(_ decoder: SourceDecoder) {
        self.decoder = decoder
    }

    /// The byte at an offset from the beginning of the current line; nil at the end.
    ///
    /// - Throws: an error where the line would exceed ``SourceBounds/lineBytesMax``.
    @inline(__always)
    package func byte(_ index: Int) throws(SourceFileError) -> UInt8? {
        if start + index < buffer.count { return buffer[start + index] }
        return try fetch(index)
    }

    private func fetch(_ index: Int) throws(SourceFileError) -> UInt8? {
        guard index < SourceBounds.lineBytesMax else {
            throw SourceFileError("line \(line) is longer than \(SourceBounds.lineBytesMax) bytes")
        }
        while start + index >= buffer.count {
            guard !isOver else { return nil }
            isOver = !(try decoder.read(into: &buffer))
        }
        return buffer[start + index]
    }

    /// Bytes of the current line.
    package func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> {
        buffer[(start + range.lowerBound)..<(start + range.upperBound)]
    }

    /// Consumes the first `count` bytes, which contain `lines` line ends.
    package func pass(_ count: Int, lines: Int) {
        start += count
        line += lines
        if start >= 1 << 18 {
            buffer.removeFirst(start)
            start = 0
        }
    }

    /// The length of the line end at an offset: a line feed, a carriage return, or both; 0 where there is none.
    package func lineEnd(_ index: Int) throws(SourceFileError) -> Int {
        switch try byte(index) {
        case 0x0A: 1
        case 0x0D: try byte(index + 1) == 0x0A ? 2 : 1
        default: 0
        }
    }

    /// Throws where bytes of the current line are not UTF-8.
    package func validate(_ bytes: ArraySlice<UInt8>) throws(SourceFileError) {
        guard bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil else { return }
        throw SourceFileError(
            "line \(line) is not UTF-8; name the file's encoding, as in --encoding windows-1252 (Western Windows), latin1, "
                + "windows-1250, windows-1251, utf-16 or shift_jis"
        )
    }

    /// The next line without its end, and its number; nil at the end.
    package func nextLine() throws(SourceFileError) -> (bytes: [UInt8], line: Int)? {
        guard try byte(0) != nil else { return nil }
        var index = 0
        var end = 0
        while try byte(index) != nil {
            end = try lineEnd(index)
            if end > 0 { break }
            index += 1
        }
        let line = self.line
        let bytes = self.bytes(0..<index)
        try validate(bytes)
        let copy = Array(bytes)
        pass(index + end, lines: 1)
        return (copy, line)
    }
}
