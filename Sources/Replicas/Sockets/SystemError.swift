import Foundation

/// A call of the system that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was to be done.
    public let what: String
    /// The system's code, as `EADDRINUSE`.
    public let code: CInt

    /// A failure with the code that the last call left behind.
    init(_ what: String, code: CInt = errno) {
        self.what = what
        self.code = code
    }

    /// What failed, and why, for an operator.
    public var description: String { "\(what): \(String(cString: strerror(code)))" }
}

/// Does a call of the system that answers a negative number when it fails, again while a signal interrupts it.
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
