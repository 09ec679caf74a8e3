import Ledger
import Trading

/// Whoever carries messages to receivers.
public protocol WebhookSender: Sendable {
    /// Carries one message, once, and says what came back.
    ///
    /// Bounded in time; it ends at once when the task is cancelled, with an answer that means nothing.
    func send(
        _ body: [UInt8],
        headers: [(name: String, value: String)],
        to url: WebhookURL
    ) async -> DeliveryAnswer

    /// Messages under way.
    var inFlight: Int { get }

    /// Lets go of all connections.
    func close() async
}

/// The pause that a receiver asks for.
enum RetryAfter {
    /// The seconds from `now` in a `Retry-After` header: a number of seconds or a date; nil for anything else (RFC 9110 section 10.2.3).
    static func seconds(_ header: String?, now: Timestamp) -> Int64? {
        guard let header else { return nil }
        if let seconds = Int64(header), seconds >= 0 { return seconds }
        // As in `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that is still sent.
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
