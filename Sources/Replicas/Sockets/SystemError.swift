import Foundation

/// A system call that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The action that failed, such as `bind 127.0.0.1:8080`.
    public let what: String
    /// The error code, such as `EADDRINUSE`.
    public let code: CInt

    /// An error with the current `errno`.
    init(_ what: String, code: CInt = errno) {
        self.what = what
        self.code = code
    }

    /// The action and the error, for an operator.
    public var description: String { "\(what): \(String(cString: strerror(code)))" }
}

/// Makes a system call that returns a negative number on failure, and repeats it while a signal interrupts it.
@discardableResult
func system<Number: SignedInteger>(
    _ what: @autoclosure () -> String,
    _ call: () -> Number
) throws(SystemError)
    -> Number
{
    while true {
        let answer = call()
        guard answer < 0 else { return answer }
        if errno != EINTR { throw SystemError(what()) }
    }
}
