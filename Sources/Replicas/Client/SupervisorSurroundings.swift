// The environment and arguments of a supervisor, as the kernel keeps them. Its replicas have the same environment, folder and
// flags, so a command that checks beforehand how they would take other settings needs these.

import Foundation

/// What a supervisor's replicas are started with, besides their settings file.
public struct SupervisorSurroundings: Hashable, Sendable {
    /// Its environment.
    public let environment: [String: String]
    /// Its working directory, to which relative file names refer.
    public let directory: String
    /// Its command line, without the program.
    public let arguments: [String]

    /// The surroundings of a process; nil where they cannot be read.
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

    /// The values of an option on the command line, in order.
    public func values(of option: String) -> [String] {
        var values: [String] = []
        for (index, word) in arguments.enumerated() {
            if word == option, index + 1 < arguments.count { values.append(arguments[index + 1]) }
            if word.hasPrefix(option + "=") { values.append(String(word.dropFirst(option.count + 1))) }
        }
        return values
    }

    /// The texts of a file in which each text ends with U+0000.
    private static func texts(_ path: String) -> [String]? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
