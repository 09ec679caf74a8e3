import Glibc

// Reads one HTTP/1.1 answer at a time (RFC 9112) from the pieces that the socket gives, and keeps only what the generator needs.
// It works line by line in the receive buffer and copies only a line or a body that it must keep, since its processor time is
// taken from the server on the same machine.

/// The answer broke the protocol; the connection cannot be used further.
package struct MalformedResponse: Error {}

/// A scanner of the answers on one connection.
package struct ResponseScanner {
    private enum State: Equatable {
        case statusLine
        case headers
        case fixed(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers
        case untilClose
        case complete
    }

    /// The status code, once its line was read.
    package private(set) var status = 0
    /// Whether the connection may carry another request.
    package private(set) var keepsAlive = true
    /// The ETag as sent, quotes included; empty if there was none or it is not kept.
    package private(set) var etag: [UInt8] = []
    /// The first 64 kB of the body if it is kept.
    package private(set) var body: [UInt8] = []

    private static let lineMax = 16_384
    private static let headMax = 65_536
    private static let bodyMax = 65_536

    private var state = State.complete
    private var keepsBody = false
    private var keepsETag = false
    private var line: [UInt8] = []
    private var headBytes = 0
    private var contentLength: Int?
    private var isChunked = false

    /// A scanner at the start of a response.
    package init() {}

    /// Begins a new answer.
    package mutating func begin(keepsBody: Bool = false, keepsETag: Bool = false) {
        self.keepsBody = keepsBody
        self.keepsETag = keepsETag
        body.removeAll(keepingCapacity: true)
        beginHead()
    }

    private mutating func beginHead() {
        state = .statusLine
        status = 0
        keepsAlive = true
        etag.removeAll(keepingCapacity: true)
        line.removeAll(keepingCapacity: true)
        headBytes = 0
        contentLength = nil
        isChunked = false
    }

    /// Whether any byte of the answer has come.
    package var hasBegun: Bool { state != .statusLine || !line.isEmpty }

    /// Takes bytes from the socket; true once the answer is complete.
    ///
    /// Throws `MalformedResponse` if they are not HTTP/1.1, or more bytes came than were asked for.
    package mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(MalformedResponse) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .complete: throw MalformedResponse()
            case .fixed(let left):
                let taken = take(&rest, upTo: left)
                state = taken == left ? .complete : .fixed(left - taken)
            case .chunk(let left):
                let taken = take(&rest, upTo: left)
                state = taken == left ? .chunkEnd : .chunk(left - taken)
            case .untilClose: _ = take(&rest, upTo: rest.count)
            case .statusLine, .headers, .chunkSize, .chunkEnd, .trailers: try takeLine(&rest)
            }
        }
        return state == .complete
    }

    /// Records that the server closed the connection; true if that completes the answer.
    package mutating func end() -> Bool {
        guard state == .untilClose else { return false }
        state = .complete
        return true
    }

    private mutating func take(_ rest: inout Slice<UnsafeRawBufferPointer>, upTo count: Int) -> Int {
        let taken = min(rest.count, count)
        if keepsBody, body.count < Self.bodyMax {
            body.append(contentsOf: rest.prefix(min(taken, Self.bodyMax - body.count)))
        }
        rest = rest.dropFirst(taken)
        return taken
    }

    private mutating func takeLine(_ rest: inout Slice<UnsafeRawBufferPointer>) throws(MalformedResponse) {
        let piece = UnsafeRawBufferPointer(rebasing: rest)
        guard let start = piece.baseAddress else { return }
        guard let feed = memchr(start, Int32(UInt8(ascii: "\n")), piece.count) else {
            line.append(contentsOf: piece)
            if line.count > Self.lineMax { throw MalformedResponse() }
            rest = rest.dropFirst(piece.count)
            return
        }
        let length = UnsafeRawPointer(feed) - start
        rest = rest.dropFirst(length + 1)
        headBytes += length + 1
        if line.isEmpty {
            try endLine(UnsafeRawBufferPointer(start: start, count: length))
        } else {
            line.append(contentsOf: UnsafeRawBufferPointer(start: start, count: length))
            let whole = line
            line.removeAll(keepingCapacity: true)
            let result = whole.withUnsafeBytes { bytes in
                Result { () throws(MalformedResponse) in try endLine(bytes) }
            }
            try result.get()
        }
    }

    private mutating func endLine(_ raw: UnsafeRawBufferPointer) throws(MalformedResponse) {
        let text = raw.last == UInt8(ascii: "\r") ? UnsafeRawBufferPointer(rebasing: raw.dropLast()) : raw
        if headBytes > Self.headMax, state == .headers || state == .trailers { throw MalformedResponse() }
        switch state {
        case .statusLine: try readStatus(text)
        case .headers: if text.isEmpty { try endHead() } else { try readHeader(text) }
        case .chunkSize: try readChunkSize(text)
        case .chunkEnd:
            guard text.isEmpty else { throw MalformedResponse() }
            state = .chunkSize
        case .trailers: if text.isEmpty { state = .complete }
        case .fixed, .chunk, .untilClose, .complete: throw MalformedResponse()
        }
    }

    private mutating func readStatus(_ text: UnsafeRawBufferPointer) throws(MalformedResponse) {
        // HTTP/1.1 200 OK
        guard text.count >= 12, text.starts(with: "HTTP/1.".utf8), text[8] == UInt8(ascii: " ") else {
            throw MalformedResponse()
        }
        guard let code = decimal(UnsafeRawBufferPointer(rebasing: text[9..<12])), (100...599).contains(code) else {
            throw MalformedResponse()
        }
        status = code
        keepsAlive = text[7] != UInt8(ascii: "0")
        state = .headers
    }

    private mutating func readHeader(_ text: UnsafeRawBufferPointer) throws(MalformedResponse) {
        guard let first = text.first else { return }
        // Four fields matter; the first letter excludes most of the others.
        switch first | 0x20 {
        case UInt8(ascii: "c"):
            if let value = field("content-length", of: text) {
                guard let length = decimal(value), contentLength ?? length == length else { throw MalformedResponse() }
                contentLength = length
            } else if let value = field("connection", of: text) {
                if equal(value, "close") { keepsAlive = false } else if equal(value, "keep-alive") { keepsAlive = true }
            }
        case UInt8(ascii: "t"):
            if let value = field("transfer-encoding", of: text) {
                guard equal(value, "chunked") else { throw MalformedResponse() }
                isChunked = true
            }
        case UInt8(ascii: "e"):
            if keepsETag, let value = field("etag", of: text) { etag = Array(value) }
        default: break
        }
    }

    private mutating func endHead() throws(MalformedResponse) {
        if status < 200 {
            if status == 101 { throw MalformedResponse() }
            beginHead()
        } else if status == 204 || status == 304 {
            state = .complete
        } else if isChunked {
            state = .chunkSize
        } else if let contentLength {
            state = contentLength == 0 ? .complete : .fixed(contentLength)
        } else {
            keepsAlive = false
            state = .untilClose
        }
    }

    private mutating func readChunkSize(_ text: UnsafeRawBufferPointer) throws(MalformedResponse) {
        var size = 0
        var digits = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            case UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t"): digit = 255
            default: throw MalformedResponse()
            }
            if digit == 255 { break }
            digits += 1
            guard digits <= 12 else { throw MalformedResponse() }
            size = size << 4 | Int(digit)
        }
        guard digits > 0 else { throw MalformedResponse() }
        headBytes = 0
        state = size == 0 ? .trailers : .chunk(size)
    }

    /// The value of the field if the line is of that name (given in lower case).
    private func field(_ name: StaticString, of text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let length = name.utf8CodeUnitCount
        guard text.count > length, text[length] == UInt8(ascii: ":") else { return nil }
        for index in 0..<length where text[index] | 0x20 != name.utf8Start[index] | 0x20 { return nil }
        var value = text[(length + 1)...]
        while let byte = value.first, byte == 0x20 || byte == 0x09 { value = value.dropFirst() }
        while let byte = value.last, byte == 0x20 || byte == 0x09 { value = value.dropLast() }
        return UnsafeRawBufferPointer(rebasing: value)
    }

    private func equal(_ value: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard value.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<value.count where value[index] | 0x20 != text.utf8Start[index] | 0x20 { return false }
        return true
    }

    private func decimal(_ text: UnsafeRawBufferPointer) -> Int? {
        guard (1...15).contains(text.count) else { return nil }
        var number = 0
        for byte in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number
    }
}
