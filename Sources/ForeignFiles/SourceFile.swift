import Foundation
import Glibc

/// Why a file cannot be read.
package struct SourceFileError: Error, Equatable, CustomStringConvertible, Sendable {
    /// One sentence for the person who named the file, with a hint where there is one.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A file that may be plain, gzip or xz; detected from its first bytes, not from its name.
///
/// It can be read more than once: an input that is not a regular file, such as a pipe, is first copied to an unnamed file.
package final class SourceFile: Sendable {
    /// The compression of a file.
    enum Packing: String {
        case plain
        case gzip
        case xz
    }

    /// The name that it was given by.
    package let path: String
    let packing: Packing
    private let descriptor: Int32

    /// Opens a file.
    ///
    /// - Throws: ``SourceFileError`` where it cannot be read, or is a workbook or an unsupported archive.
    package init(_ path: String) throws(SourceFileError) {
        self.path = path
        var descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SourceFileError("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        do throws(SourceFileError) {
            descriptor = try Self.seekable(descriptor, path)
            packing = try Self.packing(of: descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// A reading of the contents from their beginning; one at a time.
    package func stream(bytesMax: Int = SourceBounds.contentsBytesMax) throws(SourceFileError) -> SourceStream {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw SourceFileError("\(path) cannot be read from its beginning")
        }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw SourceFileError("\(path) cannot be opened again") }
        let file = FileHandle(fileDescriptor: copy, closeOnDealloc: true)
        guard packing != .plain else { return SourceStream(path, reading: file, unpacking: nil, bytesMax: bytesMax) }
        let tool = Process()
        tool.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // The file is the tool's standard input, so that no name can be mistaken for an option.
        tool.arguments =
            packing == .gzip
            ? ["gzip", "-dc"] : ["xz", "-dc", "--memlimit-decompress=\(SourceBounds.unpackingMebibytesMax)MiB"]
        tool.standardInput = file
        tool.standardError = FileHandle.nullDevice
        let output = Pipe()
        tool.standardOutput = output
        do {
            try tool.run()
        } catch {
            throw SourceFileError("\(path) cannot be unpacked with \(packing.rawValue): \(error.localizedDescription)")
        }
        return SourceStream(path, reading: output.fileHandleForReading, unpacking: (tool, packing), bytesMax: bytesMax)
    }

    /// A descriptor that can be read from the beginning again.
    private static func seekable(_ descriptor: Int32, _ path: String) throws(SourceFileError) -> Int32 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SourceFileError("\(path) cannot be read") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return descriptor
        case S_IFDIR: throw SourceFileError("\(path) is a folder; name a file")
        default: return try spooled(descriptor, path)
        }
    }

    /// A copy in a file without a name, which is deleted with its descriptor.
    private static func spooled(_ descriptor: Int32, _ path: String) throws(SourceFileError) -> Int32 {
        var name = Array((NSTemporaryDirectory() + "/tradewind-XXXXXX").utf8CString)
        let copy = mkstemp(&name)
        if copy >= 0 { _ = fcntl(copy, F_SETFD, FD_CLOEXEC) }
        guard copy >= 0 else { throw SourceFileError("\(path) is no file, and there is no room to copy it to") }
        unlink(name)
        var chunk = [UInt8](repeating: 0, count: SourceStream.chunkBytes)
        var total = 0
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            total += max(0, count)
            guard count >= 0, total <= SourceBounds.contentsBytesMax, write(copy, chunk, count) == count else {
                close(copy)
                throw SourceFileError(
                    count >= 0 && total > SourceBounds.contentsBytesMax
                        ? "\(path) holds more than \(SourceBounds.contentsBytesMax) bytes; split it"
                        : "\(path) cannot be copied: \(String(cString: strerror(errno)))"
                )
            }
            if count == 0 { break }
        }
        close(descriptor)
        return copy
    }

    private static func packing(of descriptor: Int32, _ path: String) throws(SourceFileError) -> Packing {
        var head = [UInt8](repeating: 0, count: 8)
        let count = pread(descriptor, &head, head.count, 0)
        guard count >= 0 else { throw SourceFileError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
        func begins(_ magic: [UInt8]) -> Bool { head.prefix(count).starts(with: magic) }
        if begins([0x1F, 0x8B]) { return .gzip }
        if begins([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return .xz }
        if begins([0x50, 0x4B, 0x03, 0x04]) || begins([0xD0, 0xCF, 0x11, 0xE0]) {
            throw SourceFileError("\(path) is a workbook or a zip archive; save the sheet as CSV (UTF-8), or unpack it")
        }
        if begins([0x28, 0xB5, 0x2F, 0xFD]) || begins(Array("BZh".utf8)) {
            throw SourceFileError("\(path) is packed with zstd or bzip2; unpack it, or pack it with gzip or xz")
        }
        return .plain
    }
}
