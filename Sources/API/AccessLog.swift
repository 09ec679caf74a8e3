// Who asked for what, and what came of it: one line for each request that is answered, where the setting wants it. Of an address only
// the path is told, for a query may hold a secret; and of what is a right by its id, such as a cart, only the route.

import HTTPTypes
import Logging

/// Writes a line for every answer.
public struct AccessLog: Sendable {
    private let logger: Logger

    /// An access log; its lines are of the level `info`, whatever else is logged.
    public init(_ logger: Logger) {
        var logger = logger
        logger.logLevel = min(logger.logLevel, .info)
        self.logger = logger
    }

    /// An answer was made.
    ///
    /// - Parameters:
    ///   - endpoint: the route; nil for what none takes.
    ///   - sender: the id of the key that was shown; nil for none.
    func note(
        _ request: HTTPRequest,
        _ endpoint: Endpoint?,
        status: Int,
        took: Duration,
        requestID: String,
        sender: String? = nil
    ) {
        // Probes ask every second, and say so in their own figures.
        if endpoint?.tag == "Health" { return }
        let path = request.path.map { String($0.prefix { $0 != "?" }) } ?? ""
        var metadata: Logger.Metadata = [
            "method": "\(request.method.rawValue)",
            "path": "\(endpoint.map { $0.isRightByID ? $0.path : path } ?? path)",
            "status": "\(status)", "ms": "\(Self.milliseconds(took))", "requestId": "\(requestID)",
        ]
        if let endpoint { metadata["route"] = "\(endpoint.id)" }
        if let sender { metadata["key"] = "\(sender)" }
        logger.info("answered", metadata: metadata)
    }

    /// Milliseconds to a thousandth.
    private static func milliseconds(_ duration: Duration) -> Double { (duration / .microseconds(1)).rounded() / 1000 }
}

extension Endpoint {
    /// Whether knowing an id is the right to use what it names.
    fileprivate var isRightByID: Bool { tag == "Carts" }
}
