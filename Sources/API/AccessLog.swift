// Who asked for what, and what came of it: one line for each request that is answered, where the setting wants it. Of an address only
// the path is told, for a query may hold a secret; and of the path only what cannot be one: words of routes, and values that name a thing
// of the shop. A secret that was put where an id belongs, or on a path that no route takes, is not told.

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

    /// The same log, which knows the words of these routes.
    func knowing(_ endpoints: [Endpoint]) -> AccessLog { AccessLog(logger, LoggedPath(endpoints)) }

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
        var metadata: Logger.Metadata = [
            "method": "\(request.method.rawValue)",
            "path": "\(loggedPath.text(request.path ?? "", endpoint, status: status))",
            "status": "\(status)", "ms": "\(Self.milliseconds(took))", "requestId": "\(requestID)",
        ]
        if let endpoint { metadata["route"] = "\(endpoint.id)" }
        if let sender { metadata["key"] = "\(sender)" }
        logger.info("answered", metadata: metadata)
    }

    /// Milliseconds to a thousandth.
    private static func milliseconds(_ duration: Duration) -> Double { (duration / .microseconds(1)).rounded() / 1000 }
}
