// Output to the terminal. Names in the ledger, texts of a server and lines of a file come from other people: everything that a
// command prints passes through here, where control characters are escaped.

import Foundation
import PlainText

/// Prints a text on standard output; replaces the standard library's function in this module.
func print(_ text: String, terminator: String = "\n") {
    Swift.print(text.linesForTerminal, terminator: terminator)
}

/// Output for the user, besides the results that a command prints.
enum Terminal {
    /// The width of standard output in characters; 80 where it is not a terminal.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes to standard error; ignored if that is closed.
    ///
    /// `FileHandle.write(_:)` would end the process instead, as in `tradewind import … 2>&1 | head`.
    static func tell(_ text: String) { write(text.linesForTerminal) }

    /// The same for a text of our own that contains control characters, such as to rewrite a line.
    static func steer(_ text: String) { write(text) }

    private static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Writes to standard output at once and unchanged, even if it is a pipe.
    ///
    /// - Returns: whether it was written; false once the reader has closed the pipe.
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
