// One line for each answered request: sender, route, result; written if the setting asks for it. Of a URL only the path is
// logged, since a query may hold a secret; and of the path only the parts that cannot be one: words of routes, and ids of the
// shop's objects. A secret in the place of an id, or on a path without a route, is not logged.

import HTTPTypes
import Logging

/// Writes a line for every answer.
public struct AccessLog: Sendable {
    private let logger: Logger
    private let loggedPath: LoggedPath

    /// An access log; its lines are of the level `info`, whatever else is logged.
    public init(_ logger: Logger) {
        var logger = logger
        logger.logLevel = min(logger.logLevel, .info)
        self.logger = logger
        loggedPath = LoggedPath([])
    }

    private init(_ logger: Logger, _ loggedPath: LoggedPath) {
        self.logger = logger
        self.loggedPath = loggedPath
    }

    /// The same log, with the words of these routes.
    func knowing(_ endpoints: [Endpoint]) -> AccessLog { AccessLog(logger, LoggedPath(endpoints)) }

    /// Logs an answer.
    ///
    /// - Parameters:
    ///   - endpoint: the route; nil where none matches.
    ///   - sender: the id of the sender's key; nil for none.
    func note(
        _ request: HTTPRequest,
        _ endpoint: Endpoint?,
        status: Int,
        took: Duration,
        requestID: String,
        sender: String? = nil
    ) {
        // Probes arrive every second, and have figures of their own.
        if endpoint?.tag == "Health" { return }
        var metadata: Logger.Metadata = [
            "method": "\(request.method.rawValue)",
            "path": "\(loggedPath.text(request.path ?? "", endpoint, status: status))",
            "status": "\(status)", "ms": "\(Self.milliseconds(took))", "requestId": "\(requestID)",
        ]
        if let endpoint { metadata["route"] = "\(endpoint.id)" }
        if let sender { metadata["key"] = "\(sender)" }
        logger.info("answered", metadata: metadata)
    }

    /// Milliseconds, to three decimals.
    private static func milliseconds(_ duration: Duration) -> Double { (duration / .microseconds(1)).rounded() / 1000 }
}
