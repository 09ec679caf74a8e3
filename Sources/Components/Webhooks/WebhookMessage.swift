import JSON
import Ledger
import Providers
import Trading

/// One message to an endpoint, by Standard Webhooks 1.0.
struct WebhookMessage: Sendable {
    /// The type of a test message; no event has it.
    static let testType = "webhook.test"
    /// Names the epoch of the message's event.
    static let epochHeader = "tradewind-epoch"

    /// Its id, equal in every repetition.
    let id: String
    /// The type of its event.
    let type: String
    /// The event's number; nil for a test.
    let event: Int64?
    /// The epoch of its event; 0 before the first restore of the shop.
    var epoch: Int64 = 0
    /// Its JSON.
    let body: [UInt8]

    /// The message of an event.
    init(_ event: EventRow) {
        id = event.messageID
        type = event.type.name
        self.event = event.key
        epoch = event.epoch
        body = event.messageBody
    }

    /// A test message.
    init(testID: String, at time: Timestamp) {
        id = testID
        type = Self.testType
        event = nil
        var json = JSONWriter()
        json.object { json in
            json.member("type", Self.testType)
            json.member("timestamp", time)
            json.key("data")
            json.object { _ in }
        }
        body = json.bytes
    }

    /// Its headers: id, time and type, and a signature by each secret over id, time and body.
    func headers(signedBy secrets: [EndpointSecret], at time: Timestamp) -> [(name: String, value: String)] {
        let keys = secrets.compactMap { WebhookSecret($0.text) }
        guard let first = keys.first else { preconditionFailure("a stored secret is a secret") }
        let signature = WebhookSignature(first, Array(keys.dropFirst()))
        let seconds = time.milliseconds / 1000
        let epochs = event == nil ? [] : [(Self.epochHeader, "\(epoch)")]
        return [("content-type", "application/json"), ("user-agent", "tradewind")] + epochs
            + signature.headers(id: id, timestamp: seconds, body: body)
    }
}
