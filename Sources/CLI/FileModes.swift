import Foundation

/// Who may read the files that a process makes.
enum FileModes {
    /// The owner alone, from now on: databases, logs of commits, sockets, journals and keys are nobody else's, whatever directory they
    /// are in.
    static func forOwnerOnly() { umask(0o077) }
}
