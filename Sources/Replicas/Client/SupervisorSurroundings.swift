// What a supervisor was started with, as the kernel remembers it. Its replicas have the same environment, folder and flags, so whoever
// wants to know beforehand how they would take other settings has to look from there.

import Foundation

/// What a supervisor's replicas are started with, beside their settings file.
public struct SupervisorSurroundings: Hashable, Sendable {
    /// Its environment.
    public let environment: [String: String]
    /// Its folder, from which names of files are read that do not begin with a slash.
    public let directory: String
    /// Its command line, without the program.
    public let arguments: [String]

    /// What a process was started with; nil where that cannot be read.
    init?(of pid: pid_t) {
        guard let environment = Self.texts("/proc/\(pid)/environ"), let words = Self.texts("/proc/\(pid)/cmdline"),
            let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
        else { return nil }
        self.environment = Dictionary(
            environment.compactMap { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            },
            uniquingKeysWith: { first, _ in first }
        )
        self.directory = directory
        arguments = Array(words.dropFirst())
    }

    /// What was said with an option, each time, in the order in which it was.
    public func values(of option: String) -> [String] {
        var values: [String] = []
        for (index, word) in arguments.enumerated() {
            if word == option, index + 1 < arguments.count { values.append(arguments[index + 1]) }
            if word.hasPrefix(option + "=") { values.append(String(word.dropFirst(option.count + 1))) }
        }
        return values
    }

    /// The texts of a file in which each ends with U+0000.
    private static func texts(_ path: String) -> [String]? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
