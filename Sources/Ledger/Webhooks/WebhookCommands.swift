import JSON
import Trading

/// Why a webhook was not changed, in order of precedence.
public enum WebhookRefusal: Error, Hashable, Sendable {
    /// There is no such endpoint.
    case notFound
    /// Another editor was first; it is at that version now.
    case versionConflict(current: Int64)
    /// There are as many as there can be.
    case limitReached(Int64)
    /// It is disabled, and is told nothing.
    case disabled
    /// A range is being told again already, up to that event.
    case replayUnderWay(end: Int64)
    /// The range holds no event.
    case emptyRange
}

/// An endpoint as it is answered: without its secrets, but for one that was just made.
public struct AnsweredWebhook: Sendable {
    /// Its JSON.
    public let document: [UInt8]
    /// Its version.
    public let version: Int64
    /// What it has missed; nil where the answer is told again.
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

    /// The version in eight bytes, and the answer itself: it is told again with the secret that was shown.
    fileprivate var receipt: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: version >> (56 - 8 * $0)) } + document
    }
}

/// Puts an endpoint on file, to be told of what happens from now on.
public struct CreateWebhook: IdempotentCommand {
    /// `createWebhook`.
    public static let name = "createWebhook"

    /// Where it is told.
    public let url: WebhookURL
    /// Of what.
    public let filter: EventFilter
    /// What the shop says about it.
    public let text: String?

    /// An endpoint to put on file.
    public init(url: WebhookURL, filter: EventFilter, description: String? = nil) {
        self.url = url
        self.filter = filter
        text = description
    }

    /// The endpoint with its first secret.
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

    /// The answer as it was, the secret included.
    public func receipt(for outcome: AnsweredWebhook) -> [UInt8] { outcome.receipt }

    /// The answer as it was.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> AnsweredWebhook? { AnsweredWebhook(receipt: receipt) }
}

/// Changes an endpoint.
public struct ChangeWebhook: IdempotentCommand {
    /// What to do.
    public enum Change: Sendable {
        /// Tell it elsewhere, of other events, or say something else about it; nil leaves a thing as it is.
        case edit(url: WebhookURL?, filter: EventFilter?, description: String??)
        /// Give it a fresh secret; the one before is good for so many seconds more.
        case rotate(overlapSeconds: Int64)
        /// Tell it again, from where it was, or only of what happens from now on.
        case enable(skipsMissed: Bool)
        /// Tell it nothing more.
        case disable
        /// Tell it the events behind `after` up to `end` once more.
        case replay(after: Int64, end: Int64)
    }

    /// `changeWebhook`.
    public static let name = "changeWebhook"

    /// Which endpoint.
    public let id: ID<WebhookEndpoint>
    /// What to do.
    public let change: Change
    /// The version that it must have; nil where any will do.
    public let expectedVersion: Int64?

    /// A change of an endpoint.
    public init(_ id: ID<WebhookEndpoint>, _ change: Change, expectedVersion: Int64? = nil) {
        self.id = id
        self.change = change
        self.expectedVersion = expectedVersion
    }

    /// The endpoint as it is now; enabling what is enabled and disabling what is disabled changes nothing.
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
            // What was left for the filter before is decided about now, not when something else happens.
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

    /// The answer as it was, a fresh secret included.
    public func receipt(for outcome: AnsweredWebhook) -> [UInt8] { outcome.receipt }

    /// The answer as it was.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> AnsweredWebhook? { AnsweredWebhook(receipt: receipt) }
}

/// Takes an endpoint off file, with its log.
public struct DeleteWebhook: IdempotentCommand {
    /// `deleteWebhook`.
    public static let name = "deleteWebhook"

    /// Which endpoint.
    public let id: ID<WebhookEndpoint>
    /// The version that it must have; nil where any will do.
    public let expectedVersion: Int64?

    /// An endpoint to take off file.
    public init(_ id: ID<WebhookEndpoint>, expectedVersion: Int64? = nil) {
        self.id = id
        self.expectedVersion = expectedVersion
    }

    /// Nothing but that it is gone.
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

    /// Nothing to keep.
    public func receipt(for outcome: Void) -> [UInt8] { [] }

    /// Nothing to tell.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Void? { () }
}

extension WorkingSet {
    /// How many endpoints there are.
    fileprivate(set) var webhookCount: Int {
        get {
            let text = settings.get(SettingRow.webhookCount)?.value ?? []
            return Int(String(decoding: text, as: UTF8.self)) ?? 0
        }
        set { settings.put(SettingRow(SettingRow.webhookCount, value: Array(String(newValue).utf8))) }
    }

    /// Gives an endpoint a task for what is new, unless it has one.
    func wake(_ endpoint: WebhookEndpoint) {
        let keys = TaskKind.liveDeliveries.map { TaskRow.Key($0, endpoint.id.bits) }
        guard keys.allSatisfy({ tasks.get($0) == nil }) else { return }
        tasks.put(TaskRow(TaskRow.Key(.deliverWebhook, endpoint.id.bits), due: now, epoch: endpoint.epoch))
    }

    /// Ends all deliveries to an endpoint; a claim on one of them has lapsed, and no later one is mistaken for it.
    func endDeliveries(_ endpoint: inout WebhookEndpoint) {
        for kind in TaskKind.liveDeliveries + [.replayWebhook] {
            let key = TaskRow.Key(kind, endpoint.id.bits)
            guard let task = tasks.get(key) else { continue }
            endpoint.epoch = max(endpoint.epoch, task.epoch)
            tasks.delete(key)
        }
    }

    /// Tells an endpoint nothing more, and lets everybody know why.
    func disable(_ endpoint: inout WebhookEndpoint, _ reason: WebhookEndpoint.DisabledReason) {
        endDeliveries(&endpoint)
        endpoint.disable(reason, at: now)
        event(.webhookDisabled, endpoint.id.description) { [cursor = endpoint.stream.cursor] json in
            json.member("reason", reason.rawValue)
            json.member("cursor", cursor)
        }
    }
}
