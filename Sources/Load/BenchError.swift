/// Why a bench could not run; wrong answers of the server are in the report instead.
package enum BenchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An option is out of bounds; the text names it.
    case invalidOption(String)
    /// The URL is not `http://host:port`.
    case invalidURL(String)
    /// The host has no address.
    case unknownHost(String)
    /// The host is not this machine and remote hosts were not allowed.
    case notLoopback(String)
    /// No connection could be opened.
    case unreachable(String)
    /// Products or stock could not be put; the text says what was answered.
    case preparation(String)
    /// A file could not be written.
    case file(path: String, reason: String)

    /// One line for the terminal.
    package var description: String {
        switch self {
        case .invalidOption(let text): text
        case .invalidURL(let url): "\(url) is not of the form http://host:port"
        case .unknownHost(let host): "\(host) has no address"
        case .notLoopback(let host): "\(host) is not this machine; loading another one needs --allow-remote"
        case .unreachable(let address): "no connection to \(address) could be opened"
        case .preparation(let text): "products or stock could not be put: \(text)"
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
