import Foundation

/// Output for the person at the terminal, beside what a command prints as its result.
enum Terminal {
    /// How many characters a line of standard output has; where it is no terminal, what every terminal has.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes to standard error; where that is closed, nothing happens.
    ///
    /// `FileHandle.write(_:)` ends the process instead, as in `tradewind import … 2>&1 | head`.
    static func tell(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Writes to standard output at once, also where that is a pipe.
    ///
    /// - Returns: whether it was taken; a reader that went away takes nothing more.
    @discardableResult
    static func show(_ text: String) -> Bool {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
            return true
        } catch {
            return false
        }
    }
}
