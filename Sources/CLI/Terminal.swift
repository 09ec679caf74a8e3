// The edge to the terminal. Names in the ledger, words of a server and lines of a file are strangers' words: what a command prints goes
// through here, where characters that a terminal would obey are spelt out.

import Foundation
import PlainText

/// Prints a text on standard output; takes the place of the standard library's function in this module.
func print(_ text: String, terminator: String = "\n") {
    Swift.print(text.linesForTerminal, terminator: terminator)
}

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
    static func tell(_ text: String) { write(text.linesForTerminal) }

    /// The same of a text of our own that steers the terminal, as where a line is written anew.
    static func steer(_ text: String) { write(text) }

    private static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Writes to standard output at once, as it is, also where that is a pipe.
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
