import Foundation

/// Why a file cannot be read.
public struct SourceFileError: Error, CustomStringConvertible, Sendable {
    /// One sentence for the person who named the file.
    public let description: String
}

/// Reading of a file that may be plain, gzip or xz; which one is told by its first bytes, not by its name.
public enum SourceFile {
    /// The file's contents, unpacked by the system's `gzip` or `xz` where needed.
    ///
    /// Blocks the calling thread. Cost: the unpacked contents in memory; 50 MB of xz take about half a second.
    public static func read(_ path: String) throws(SourceFileError) -> [UInt8] {
        let packed: Data
        do {
            packed = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw SourceFileError(description: "\(path) cannot be read: \(error.localizedDescription)")
        }
        if packed.starts(with: [0x1F, 0x8B]) { return try unpack(path, with: "gzip") }
        if packed.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return try unpack(path, with: "xz") }
        return [UInt8](packed)
    }

    private static func unpack(_ path: String, with tool: String) throws(SourceFileError) -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool, "-dc"]
        let output = Pipe()
        process.standardOutput = output
        let contents: Data
        do {
            // The file is the tool's standard input, so that no name can be mistaken for an option.
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            try process.run()
            contents = try output.fileHandleForReading.readToEnd() ?? Data()
        } catch {
            throw SourceFileError(description: "\(path) cannot be unpacked with \(tool): \(error.localizedDescription)")
        }
        process.waitUntilExit()
        switch process.terminationStatus {
        case 0: return [UInt8](contents)
        case 127: throw SourceFileError(description: "\(path) needs \(tool), which is not installed")
        default: throw SourceFileError(description: "\(path) is damaged: \(tool) could not unpack it")
        }
    }
}
