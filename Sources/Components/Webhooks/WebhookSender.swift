import Ledger
import Trading

/// Sends messages to webhook endpoints.
///
/// Called from many tasks at once.
public protocol WebhookSender: Sendable {
    /// Sends one message, once, and returns the result.
    ///
    /// Bounded in time; ends at once when the task is cancelled, with a result that must not be recorded. After a timeout or a
    /// broken connection the message may have arrived: it may be sent again, since receivers recognise its id.
    func send(
        _ body: [UInt8],
        headers: [(name: String, value: String)],
        to url: WebhookURL
    ) async -> DeliveryAnswer

    /// Messages in flight.
    var inFlight: Int { get }

    /// Closes all connections.
    func close() async
}

/// The pause that a receiver asks for.
enum RetryAfter {
    /// The seconds from `now` in a `Retry-After` header: a number of seconds or a date; nil for anything else (RFC 9110 section 10.2.3).
    static func seconds(_ header: String?, now: Timestamp) -> Int64? {
        guard let header else { return nil }
        if let seconds = Int64(header), seconds >= 0 { return seconds }
        return Timestamp(httpDate: header).map { max(0, (now.milliseconds(to: $0) + 999) / 1000) }
    }
}
