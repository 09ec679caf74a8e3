import Foundation

/// Permissions of the files that a process creates.
enum FileModes {
    /// Gives permission to the owner alone from now on: databases, logs, sockets, journals and keys are private, whatever
    /// directory they are in.
    static func forOwnerOnly() { umask(0o077) }
}
