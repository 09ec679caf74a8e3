import JSON
import Trading

extension WebhookEndpoint: ListedDocument {
    package static var blank: WebhookEndpoint {
        WebhookEndpoint(
            id: .blank,
            url: .blank,
            filter: .blank,
            description: nil,
            secret: .blank,
            cursor: 0,
            createdAt: .blank
        )
    }

    /// The endpoint as it is stored, secrets included.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try known(&visit)
        try visit.member("secrets", &secrets)
        try visit.member("attempts", &attempts)
        try visit.member("epoch", &epoch)
        try visit.member("earlier", &earlier)
    }

    /// The endpoint as the API answers it.
    ///
    /// - Parameter secret: a newly created secret, which is disclosed this once.
    public func writeShown(_ secret: EndpointSecret? = nil, to json: inout JSONWriter) {
        var copy = self
        json.members { (json) throws(JSONError) in try copy.shown(&json, secret) }
    }

    /// The schema of what the API answers.
    package static func shownSchema(_ notes: MemberNotes) -> String {
        var blank = blank
        return MemberSchemas.object(notes) { (visit) throws(JSONError) in try blank.shown(&visit, nil) }
    }

    private mutating func shown(_ visit: inout some MemberVisitor, _ secret: EndpointSecret?) throws(JSONError) {
        try known(&visit)
        try visit.list("secrets", &secrets, of: .blank, "The secrets that messages are signed with, the newest first.")
        {
            (secret, _, visit) throws(JSONError) in
            try secret.times(&visit)
        }
        try visit.shown(
            "secret",
            secret?.text,
            .text(like: "^whsec_[A-Za-z0-9+/]+=*$", "A secret that was just made; it is not shown again.")
        )
    }

    /// What both have.
    private mutating func known(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.member("url", &url, .example("https://example.com/hooks"))
        try visit.member("events", &filter, .list(of: .example("order.*")))
        try visit.member("description", &description, .example("The warehouse"))
        try visit.shown("state", isEnabled ? "enabled" : "disabled", .oneOf(["enabled", "disabled"]))
        try visit.member("reason", disabled?.reason, "Why it is disabled.") { state = .disabled($0, since: .blank) }
        try visit.visit("disabledAt", disabled?.since, isRequired: disabled != nil, "Since when.") { since in
            state = disabled.map { .disabled($0.reason, since: since) } ?? state
        }
        try stream.members(&visit)
        try visit.member("replay", &replay, "A range that is told once more.")
        try visit.member(
            "missed",
            &missed,
            "Events that it was to be told of and never will: they are no longer kept. Enabling it with `skipMissed` clears it."
        )
        try visit.member("acknowledgedAt", &acknowledgedAt, "When it last acknowledged something.")
        try visit.member("createdAt", &createdAt)
        try visit.member("updatedAt", &updatedAt)
        try visit.member("version", &version, .version)
    }

    /// Why it is told nothing, and since when.
    private var disabled: (reason: DisabledReason, since: Timestamp)? {
        if case .disabled(let reason, let since) = state { (reason, since) } else { nil }
    }
}

extension DeliveryStream {
    /// Where the deliveries stand, among what else is said of an endpoint.
    fileprivate mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member(
            "cursor",
            &cursor,
            .integer(from: 0, example: 4711, "The last event that it got, or that it is not told of.")
        )
        try visit.member("failingSince", &failingSince, "When the event that comes next first failed.")
        try visit.member(
            "tries",
            &tries,
            .integer(from: 0, example: 0, "How often that has failed, one time after another.")
        )
        try visit.member("nextTryAt", &nextTryAt, "When it is tried again.")
    }
}

extension WebhookEndpoint.Replay: ListedDocument {
    package static var blank: Self { Self(stream: DeliveryStream(cursor: 0), end: 0) }

    /// The range as it is stored and answered.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("cursor", &stream.cursor, .integer(from: 0, example: 100))
        try visit.member("end", &end, .integer(from: 1, example: 200))
        try visit.member("failingSince", &stream.failingSince)
        try visit.member("tries", &stream.tries, .integer(from: 0, example: 0))
        try visit.member("nextTryAt", &stream.nextTryAt)
    }
}

extension WebhookEndpoint.Missed: ListedDocument {
    package static var blank: Self { Self(count: 0, first: 0, last: 0, at: .blank) }

    /// What it missed as it is stored and answered.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("count", &count, .integer(from: 1, example: 12, "How many."))
        try visit.member("first", &first, .integer(from: 1, example: 4712, "The number of the first."))
        try visit.member("last", &last, .integer(from: 1, example: 4731, "The number of the last."))
        try visit.member("at", &at, "When the last of them went.")
    }
}

extension WebhookEndpoint.EarlierFilter: ListedDocument {
    package static var blank: Self { Self(filter: .blank, until: 0) }

    /// The filter as it is stored.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("events", &filter)
        try visit.member("until", &until)
    }
}

extension WebhookEndpoint.DisabledReason: NamedValue {}

extension EventFilter: JSONValue {
    package static var blank: EventFilter { EventFilter(stored: []) }
    package static var mayBeMissing: Bool { true }
    package var isBlankValue: Bool { patterns.isEmpty }
    package static func jsonSchema(_ notes: MemberNotes) -> String { [String].jsonSchema(notes) }
    package func write(to json: inout JSONWriter) { patterns.write(to: &json) }
    package init(from json: inout JSONReader) throws(JSONError) { self.init(stored: try json.value()) }
}

extension WebhookURL: JSONValue {
    package static var blank: WebhookURL {
        guard let url = try? WebhookURL("https://invalid/") else { preconditionFailure("a URL") }
        return url
    }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.schema(type: "string") }
    package func write(to json: inout JSONWriter) { json.string(description) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.webhookURL() }
}

extension JSONReader {
    /// Reads the URL of a receiver.
    public mutating func webhookURL() throws(JSONError) -> WebhookURL {
        let text = try string(maxBytes: 4 * WebhookURL.maxLength)
        do throws(WebhookURL.Refusal) {
            return try WebhookURL(text)
        } catch {
            throw failure(error == .tooLong ? .tooLong : .invalidValue, error.description)
        }
    }
}

extension WebhookURL.Refusal: CustomStringConvertible {
    /// The reason, for people.
    public var description: String {
        switch self {
        case .tooLong: "at most \(WebhookURL.maxLength) characters"
        case .characters: "a URL is written in printable ASCII"
        case .scheme: "a URL here begins with https:// or http://"
        case .userInformation: "a URL here names no user; deliveries are signed instead"
        case .fragment: "a URL here has no fragment"
        case .host: "the host is neither a name nor an address"
        case .port: "a port is 1 to 65535"
        }
    }
}
