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
        // As in `Sun, 06 Nov 1994 08:49:37 GMT`, the only form still in use.
        let parts = header.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        guard let date = Timestamp("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z") else { return nil }
        return max(0, (date.milliseconds - now.milliseconds + 999) / 1000)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
