import Testing

@testable import Load

@Suite("Reading answers")
struct BenchResponseScannerTests {
    private func scan(_ text: String, piece: Int, keepsBody: Bool = true) throws -> (ResponseScanner, Bool) {
        var scanner = ResponseScanner()
        scanner.begin(keepsBody: keepsBody, keepsETag: true)
        var isComplete = false
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let bytes = Array(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            isComplete = try bytes.withUnsafeBytes { try scanner.scan($0) }
        }
        return (scanner, isComplete)
    }

    @Test("an answer with a length is read in pieces of any size", arguments: [1, 2, 7, 1_000])
    func contentLength(piece: Int) throws {
        let text = "HTTP/1.1 201 Created\r\nEtag:  \"a1\" \r\ncontent-LENGTH: 5\r\nX: y\r\n\r\nhello"
        let (scanner, isComplete) = try scan(text, piece: piece)
        #expect(isComplete)
        #expect(scanner.status == 201)
        #expect(scanner.keepsAlive)
        #expect(scanner.etag == Array("\"a1\"".utf8))
        #expect(scanner.body == Array("hello".utf8))
    }

    @Test("a chunked answer is read in pieces of any size", arguments: [1, 3, 1_000])
    func chunked(piece: Int) throws {
        let text =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, 12345678\r\n0\r\nT: u\r\n\r\n"
        let (scanner, isComplete) = try scan(text, piece: piece)
        #expect(isComplete)
        #expect(scanner.body == Array("hello, 12345678".utf8))
    }

    @Test("a 304 has no body, whatever length it names")
    func notModified() throws {
        let (scanner, isComplete) = try scan("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", piece: 10)
        #expect(isComplete)
        #expect(scanner.status == 304)
    }

    @Test("an interim answer is passed over")
    func interim() throws {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        let (scanner, isComplete) = try scan(text, piece: 1_000)
        #expect(isComplete)
        #expect(scanner.status == 200)
    }

    @Test("an answer without a length ends with the connection")
    func untilClose() throws {
        var (scanner, isComplete) = try scan("HTTP/1.1 200 OK\r\n\r\nabc", piece: 4)
        #expect(!isComplete)
        let endsWell = scanner.end()
        #expect(endsWell)
        #expect(!scanner.keepsAlive)
        #expect(scanner.body == Array("abc".utf8))
    }

    @Test("an answer that is cut short is not complete")
    func cutShort() throws {
        var (scanner, isComplete) = try scan("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", piece: 100)
        #expect(!isComplete)
        let endsWell = scanner.end()
        #expect(!endsWell)
    }

    @Test("the server may ask for the connection to be closed")
    func connectionClose() throws {
        let (scanner, _) = try scan("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", piece: 100)
        #expect(!scanner.keepsAlive)
        let (old, _) = try scan("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", piece: 100)
        #expect(!old.keepsAlive)
    }

    @Test(
        "what is not HTTP/1.1 is refused",
        arguments: [
            "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
        ]
    )
    func malformed(text: String) {
        #expect(throws: MalformedResponse.self) { try scan(text, piece: 1_000) }
    }

    @Test("a header line without an end is refused in bounded memory")
    func endless() {
        let text = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 20_000)
        #expect(throws: MalformedResponse.self) { try scan(text, piece: 1_000) }
    }
}
