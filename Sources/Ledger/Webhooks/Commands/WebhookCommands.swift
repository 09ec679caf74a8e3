import JSON
import Trading

/// Why a webhook was not changed, in order of precedence.
///
/// Nothing was changed.
public enum WebhookRefusal: Error, Hashable, Sendable {
    /// The endpoint does not exist.
    case notFound
    /// Another editor changed it first; this is the current version.
    case versionConflict(current: Int64)
    /// The shop has the maximum number of endpoints.
    case limitReached(Int64)
    /// It is disabled, and receives nothing.
    case disabled
    /// Another replay is in progress, up to that event.
    case replayUnderWay(end: Int64)
    /// The range contains no event.
    case emptyRange
}

/// An endpoint as it is answered: without its secrets, except for a newly created one.
public struct AnsweredWebhook: Sendable {
    /// Its JSON.
    public let document: [UInt8]
    /// Its version.
    public let version: Int64
    /// The events that it has missed; nil for a repeated answer.
    public let missed: WebhookEndpoint.Missed?

    init(_ endpoint: WebhookEndpoint, secret: EndpointSecret? = nil) {
        var json = JSONWriter()
        endpoint.writeShown(secret, to: &json)
        document = json.bytes
        version = endpoint.version
        missed = endpoint.missed
    }

    fileprivate init?(receipt: [UInt8]) {
        guard receipt.count > 8 else { return nil }
        version = receipt.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
        document = Array(receipt.dropFirst(8))
        missed = nil
    }

    /// The version in eight bytes, and the answer itself: a repeated request gets the disclosed secret again.
    fileprivate var receipt: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: version >> (56 - 8 * $0)) } + document
    }
}

/// Creates an endpoint, which receives events from now on.
public struct CreateWebhook: IdempotentCommand {
    /// `createWebhook`.
    public static let name = "createWebhook"

    /// Its URL.
    public let url: WebhookURL
    /// Its filter.
    public let filter: EventFilter
    /// The shop's description of it.
    public let text: String?

    /// An endpoint to put on file.
    public init(url: WebhookURL, filter: EventFilter, description: String? = nil) {
        self.url = url
        self.filter = filter
        text = description
    }

    /// Decides the endpoint, with its first secret.
    public func decide(_ set: WorkingSet) throws(WebhookRefusal) -> AnsweredWebhook {
        let count = set.webhookCount
        guard count < WebhookEndpoint.maxCount else { throw .limitReached(Int64(WebhookEndpoint.maxCount)) }
        let secret = EndpointSecret(bytes: set.randomBytes(EndpointSecret.byteCount), at: set.now)
        let id = set.freshID(WebhookEndpoint.self)
        set.event(.webhookCreated, id.description)
        let endpoint = WebhookEndpoint(
            id: id,
            url: url,
            filter: filter,
            description: text,
            secret: secret,
            cursor: set.lastEvent,
            createdAt: set.now
        )
        set.webhooks.put(WebhookRow(endpoint))
        set.webhookCount = count + 1
        return AnsweredWebhook(endpoint, secret: secret)
    }

    /// The answer, the secret included.
    public func receipt(for outcome: AnsweredWebhook) -> [UInt8] { outcome.receipt }

    /// The original answer.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> AnsweredWebhook? { AnsweredWebhook(receipt: receipt) }
}

/// Changes an endpoint.
public struct ChangeWebhook: IdempotentCommand {
    /// The change.
    public enum Change: Sendable {
        /// Change its URL, its filter or its description; nil keeps a value.
        case edit(url: WebhookURL?, filter: EventFilter?, description: String??)
        /// Give it a new secret; the old one stays valid for this many seconds.
        case rotate(overlapSeconds: Int64)
        /// Enable it, from its cursor on, or only for events from now on.
        case enable(skipsMissed: Bool)
        /// Disable it.
        case disable
        /// Deliver the events after `after` up to `end` once more.
        case replay(after: Int64, end: Int64)
    }

    /// `changeWebhook`.
    public static let name = "changeWebhook"

    /// The endpoint.
    public let id: ID<WebhookEndpoint>
    /// The change.
    public let change: Change
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?

    /// A change of an endpoint.
    public init(_ id: ID<WebhookEndpoint>, _ change: Change, expectedVersion: Int64? = nil) {
        self.id = id
        self.change = change
        self.expectedVersion = expectedVersion
    }

    /// Decides the endpoint; enabling an enabled one and disabling a disabled one changes nothing.
    public func decide(_ set: WorkingSet) throws(WebhookRefusal) -> AnsweredWebhook {
        guard var endpoint = set.webhooks.get(id)?.endpoint else { throw .notFound }
        if let expectedVersion, endpoint.version != expectedVersion {
            throw .versionConflict(current: endpoint.version)
        }
        var fresh: EndpointSecret?
        switch change {
        case .edit(let url, let filter, let description):
            var edited = endpoint
            edited.url = url ?? endpoint.url
            if let filter, filter != endpoint.filter { edited.filter(by: filter, after: set.lastEvent) }
            if let description { edited.description = description }
            guard edited != endpoint else { return AnsweredWebhook(endpoint) }
            edited.touch(at: set.now)
            endpoint = edited
            set.event(.webhookUpdated, id.description)
            // Events of the old filter are decided about now, not at the next event.
            if endpoint.earlier != nil, endpoint.isEnabled { set.wake(endpoint) }
        case .rotate(let seconds):
            let secret = EndpointSecret(bytes: set.randomBytes(EndpointSecret.byteCount), at: set.now)
            endpoint.rotate(to: secret, overlapSeconds: seconds, at: set.now)
            endpoint.touch(at: set.now)
            fresh = secret
            set.event(.webhookRotated, id.description)
        case .enable(let skipsMissed):
            guard !endpoint.isEnabled else { return AnsweredWebhook(endpoint) }
            set.event(.webhookEnabled, id.description)
            endpoint.enable(from: skipsMissed ? set.lastEvent : nil, at: set.now)
            set.wake(endpoint)
        case .disable:
            guard endpoint.isEnabled else { return AnsweredWebhook(endpoint) }
            set.disable(&endpoint, .byHand)
        case .replay(let after, let end):
            try replay(&endpoint, after, min(end, set.lastEvent), set)
        }
        set.webhooks.put(WebhookRow(endpoint))
        return AnsweredWebhook(endpoint, secret: fresh)
    }

    private func replay(
        _ endpoint: inout WebhookEndpoint,
        _ after: Int64,
        _ end: Int64,
        _ set: WorkingSet
    ) throws(WebhookRefusal) {
        guard endpoint.isEnabled else { throw .disabled }
        if let replay = endpoint.replay { throw .replayUnderWay(end: replay.end) }
        guard after < end else { throw .emptyRange }
        endpoint.replay = WebhookEndpoint.Replay(stream: DeliveryStream(cursor: after), end: end)
        endpoint.touch(at: set.now)
        set.tasks.put(TaskRow(TaskRow.Key(.replayWebhook, id.bits), due: set.now, epoch: endpoint.epoch))
    }

    /// The answer, a new secret included.
    public func receipt(for outcome: AnsweredWebhook) -> [UInt8] { outcome.receipt }

    /// The original answer.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> AnsweredWebhook? { AnsweredWebhook(receipt: receipt) }
}

/// Deletes an endpoint, with its log.
public struct DeleteWebhook: IdempotentCommand {
    /// `deleteWebhook`.
    public static let name = "deleteWebhook"

    /// The endpoint.
    public let id: ID<WebhookEndpoint>
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?

    /// An endpoint to take off file.
    public init(_ id: ID<WebhookEndpoint>, expectedVersion: Int64? = nil) {
        self.id = id
        self.expectedVersion = expectedVersion
    }

    /// Deletes it.
    public func decide(_ set: WorkingSet) throws(WebhookRefusal) {
        guard var endpoint = set.webhooks.get(id)?.endpoint else { throw .notFound }
        if let expectedVersion, endpoint.version != expectedVersion {
            throw .versionConflict(current: endpoint.version)
        }
        set.endDeliveries(&endpoint)
        let oldest = max(1, endpoint.attempts - WebhookEndpoint.keptAttempts + 1)
        for number in oldest..<(endpoint.attempts + 1) { set.deliveries.delete(DeliveryRow.Key(id, number)) }
        set.webhooks.delete(id)
        set.webhookCount -= 1
        set.event(.webhookDeleted, id.description)
    }

    /// Empty.
    public func receipt(for outcome: Void) -> [UInt8] { [] }

    /// No content.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Void? { () }
}

extension WorkingSet {
    /// The number of endpoints.
    fileprivate(set) var webhookCount: Int {
        get {
            let text = settings.get(SettingRow.webhookCount)?.value ?? []
            return Int(String(decoding: text, as: UTF8.self)) ?? 0
        }
        set { settings.put(SettingRow(SettingRow.webhookCount, value: Array(String(newValue).utf8))) }
    }

    /// Adds a task for an endpoint's new events, unless it has one.
    func wake(_ endpoint: WebhookEndpoint) {
        let keys = TaskKind.liveDeliveries.map { TaskRow.Key($0, endpoint.id.bits) }
        guard keys.allSatisfy({ tasks.get($0) == nil }) else { return }
        tasks.put(TaskRow(TaskRow.Key(.deliverWebhook, endpoint.id.bits), due: now, epoch: endpoint.epoch))
    }

    /// Ends all deliveries to an endpoint; claims on them have lapsed, and no later claim is mistaken for one of them.
    func endDeliveries(_ endpoint: inout WebhookEndpoint) {
        for kind in TaskKind.liveDeliveries + [.replayWebhook] {
            let key = TaskRow.Key(kind, endpoint.id.bits)
            guard let task = tasks.get(key) else { continue }
            endpoint.epoch = max(endpoint.epoch, task.epoch)
            tasks.delete(key)
        }
    }

    /// Disables an endpoint, with an event that has the reason.
    func disable(_ endpoint: inout WebhookEndpoint, _ reason: WebhookEndpoint.DisabledReason) {
        endDeliveries(&endpoint)
        endpoint.disable(reason, at: now)
        event(.webhookDisabled, endpoint.id.description) { [cursor = endpoint.stream.cursor] json in
            json.member("reason", reason.rawValue)
            json.member("cursor", cursor)
        }
    }
}
