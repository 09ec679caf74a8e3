import Bytes
import Foundation
import Glibc

/// One reading of a file's unpacked bytes, a piece at a time and within a limit.
///
/// Used by one task; its functions block. Memory: one piece.
package final class SourceStream {
    /// Bytes asked for at a time.
    static let chunkBytes = 1 << 16

    private let path: String
    private var input: FileHandle?
    private var tool: (process: Process, packing: SourceFile.Packing)?
    private var memory: ArraySlice<UInt8>
    private let bytesMax: Int
    private(set) var total = 0
    private var hash = FNV1a()
    private var isOver = false

    init(
        _ path: String,
        reading input: FileHandle,
        unpacking tool: (Process, SourceFile.Packing)?,
        bytesMax: Int
    ) {
        self.path = path
        self.input = input
        self.tool = tool.map { (process: $0.0, packing: $0.1) }
        self.bytesMax = bytesMax
        memory = []
    }

    /// Bytes that are in memory already.
    package init(_ bytes: [UInt8]) {
        path = "the text"
        memory = bytes[...]
        bytesMax = Int.max
    }

    deinit {
        stop()
    }

    /// A short digest of the bytes read so far.
    package var digest: String { hash.shortName }

    /// Appends a piece; false at the end.
    ///
    /// - Throws: ``SourceFileError`` where the file cannot be read or unpacked, or exceeds the limit.
    func read(into buffer: inout [UInt8]) throws(SourceFileError) -> Bool {
        guard !isOver else { return false }
        let start = buffer.count
        if let input {
            try Self.read(input.fileDescriptor, into: &buffer, path)
        } else {
            buffer += memory.prefix(Self.chunkBytes)
            memory = memory.dropFirst(Self.chunkBytes)
        }
        let count = buffer.count - start
        guard count > 0 else {
            isOver = true
            try finish()
            return false
        }
        total += count
        guard total <= bytesMax else {
            let form = tool == nil ? "" : " unpacked"
            stop()
            throw SourceFileError("\(path) holds more than \(bytesMax) bytes\(form); split it")
        }
        hash.add(buffer[start...])
        return true
    }

    private static func read(_ file: Int32, into buffer: inout [UInt8], _ path: String) throws(SourceFileError) {
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: chunkBytes))
        var count = 0
        repeat {
            count = buffer.withUnsafeMutableBytes { bytes in
                Glibc.read(file, UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).baseAddress, chunkBytes)
            }
        } while count < 0 && errno == EINTR
        buffer.removeLast(chunkBytes - max(0, count))
        guard count >= 0 else { throw SourceFileError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
    }

    /// Checks the tool's exit status.
    private func finish() throws(SourceFileError) {
        guard let tool else { return }
        tool.process.waitUntilExit()
        self.tool = nil
        let name = tool.packing.rawValue
        switch tool.process.terminationStatus {
        case 0: return
        case 127: throw SourceFileError("\(path) needs \(name), which is not installed")
        default: throw SourceFileError("\(path) is damaged: \(name) could not unpack it")
        }
    }

    /// Ends the tool, which may have much output left.
    ///
    /// It inherits the signals that this thread blocks, SIGTERM among them, so only SIGKILL certainly reaches it.
    private func stop() {
        isOver = true
        guard let running = tool?.process else { return }
        tool = nil
        // Nothing more is read, so an error has no consequence.
        try? input?.close()
        input = nil
        if running.isRunning { kill(running.processIdentifier, SIGKILL) }
        running.waitUntilExit()
    }
}

extension FNV1a {
    /// Eight hexadecimal digits, a short name for a file's contents.
    fileprivate var shortName: String {
        let digits = String((value ^ (value >> 32)) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
