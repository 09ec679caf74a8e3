import JSON
import Providers
import Trading

/// Reads the sandboxes' webhooks: `{"type": …, "timestamp": …, "data": {…}}`, signed by Standard Webhooks 1.0.
enum SandboxNotice {
    /// Checks the signature, then reads the message.
    ///
    /// - Parameter subject: the member of `data` with our own id.
    static func read(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp,
        signature: WebhookSignature?,
        subject: String
    ) throws(NoticeRefusal) -> ProviderNotice {
        guard let signature else { throw .forged }
        let id = try signature.verify(headers: headers, body: body, now: now)
        do throws(JSONError) {
            var json = JSONReader(body)
            var notice = ProviderNotice(id: id, reference: nil, subject: nil, type: "")
            try json.object { json, name throws(JSONError) in
                switch name {
                case "type": notice.type = try json.text() ?? ""
                case "data": try read(&json, subject: subject, into: &notice)
                default: try json.skip()
                }
            }
            try json.finish()
            guard !notice.type.isEmpty else { throw json.missing("type") }
            switch notice.type {
            case "charge.authorised", "charge.pending", "charge.declined": notice.news.kind = .authorised
            case "charge.captured": notice.news.kind = .captured
            case "charge.refunded": notice.news.kind = .refunded
            case "charge.voided": notice.news.kind = .voided
            default: break
            }
            return notice
        } catch {
            throw .malformed
        }
    }

    private static func read(
        _ json: inout JSONReader,
        subject: String,
        into notice: inout ProviderNotice
    ) throws(JSONError) {
        try json.object { json, name throws(JSONError) in
            switch name {
            case "charge", "booking": notice.reference = try json.text()
            case "action": notice.news.action = try json.text()
            case subject: notice.subject = try json.text()
            default: try json.skip()
            }
        }
    }
}
