import Ledger
import Trading

extension Schemas {
    /// Webhooks.
    static let webhooks: [String: String] = [
        "WebhookInput": #"""
        {"type":"object","additionalProperties":false,"required":["url"],
        "examples":[{"url":"https://example.com/hooks","events":["order.*"]}],
        "properties":{"url":\#(webhookURL),"events":\#(eventFilter),"description":\#(webhookDescription)}}
        """#,
        "WebhookPatch": #"""
        {"type":"object","additionalProperties":false,"description":"What is left out stays as it is.",
        "examples":[{"events":["order.placed","order.cancelled"]}],
        "properties":{"url":\#(webhookURL),"events":\#(eventFilter),"description":\#(webhookDescription)}}
        """#,
        "WebhookRotation": #"""
        {"type":"object","additionalProperties":false,"properties":{
        "overlapSeconds":{"type":"integer","minimum":\#(Bounds.overlapSeconds.lowerBound),
        "maximum":\#(Bounds.overlapSeconds.upperBound),"default":\#(Bounds.overlapSecondsByDefault),
        "description":"For how long messages carry a signature by the secret before, too."}}}
        """#,
        "WebhookEnabling": #"""
        {"type":"object","additionalProperties":false,"properties":{
        "skipMissed":{"type":"boolean","default":false,
        "description":"Whether what happened while it was disabled is left out."}}}
        """#,
        "WebhookReplayInput": #"""
        {"type":"object","additionalProperties":false,"required":["from"],
        "examples":[{"from":4711,"to":4720},{"from":"2026-11-23T00:00:00.000Z"}],
        "properties":{
        "from":\#(rangeEnd("The number of the first event, or the time from which on.")),
        "to":\#(rangeEnd("The number of the last event, or the time before which; all that there is by default."))}}
        """#,
        "Webhook": WebhookEndpoint.shownSchema(
            "Somebody outside who is told what happens, by Standard Webhooks 1.0."
        ),
        "WebhookPage": page(of: "Webhook"),
        "Delivery": #"""
        {"type":"object","additionalProperties":false,
        "required":["number","message","type","origin","at","milliseconds","acknowledged"],
        "description":"One attempt to deliver a message.",
        "properties":{
        "number":{"type":"integer","minimum":1,"examples":[12]},
        "message":{"type":"string","examples":["evt_4711_1795411261123"],
        "description":"The message's id, the same whenever it is sent: repeats are known by it."},
        "type":{"type":"string","examples":["order.placed"]},
        "event":{"type":"integer","minimum":1,"examples":[4711],"description":"The event's number; missing for a test."},
        "origin":{"type":"string","enum":[\#(quoted(DeliveryOrigin.allCases.map(\.name)))],
        "description":"Why it was sent."},
        "at":{"$ref":"#/components/schemas/Time"},
        "milliseconds":{"type":"integer","minimum":0,"examples":[83],"description":"How long the answer took."},
        "acknowledged":{"type":"boolean"},
        "status":{"type":"integer","minimum":100,"maximum":999,"examples":[200],"description":"What was answered."},
        "retryAfter":{"type":"integer","minimum":0,"examples":[30],
        "description":"The pause in seconds that the receiver asked for."},
        "failure":{"type":"string","enum":[\#(quoted(DeliveryFailure.allCases.map(\.rawValue)))],
        "description":"Why there was no answer."}}}
        """#,
        "DeliveryPage": page(of: "Delivery"),
    ]

    private static let webhookURL = #"""
        {"type":"string","maxLength":\#(WebhookURL.maxLength),"examples":["https://example.com/hooks"],
        "pattern":"^[hH][tT][tT][pP][sS]?://\#(webhookHost)(:\#(port))?([/?][!$-;=?-Z\\[\\]_a-z~]*)?$",
        "description":"Where it is told: no user information, no fragment."}
        """#

    /// A name, or an IPv6 address in brackets.
    private static let webhookHost = #"([A-Za-z0-9._-]{1,253}|\\[[0-9A-Za-z.]*:[0-9A-Za-z.:]*\\])"#

    /// 1 to 65535.
    private static let port =
        "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"

    private static let eventFilter = #"""
        {"type":"array","minItems":\#(EventFilter.count.lowerBound),"maxItems":\#(EventFilter.count.upperBound),
        "items":{"type":"string","enum":[\#(quoted(EventFilter.known.sorted()))],"examples":["order.*"]},
        "description":"Of what it is told: names, areas, or everything, which is the default for a new one."}
        """#

    private static let webhookDescription =
        text(Bounds.reason, "What the shop says about it.", example: "The warehouse", orNull: true)

    private static func rangeEnd(_ description: String) -> String {
        #"""
        {"description":"\#(description)","oneOf":[
        {"type":"integer","minimum":1,"maximum":\#(OrderLimits.maxAmount),"examples":[4711]},
        {"$ref":"#/components/schemas/Time"}]}
        """#
    }
}
