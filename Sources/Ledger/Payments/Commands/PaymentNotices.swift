import JSON
import Trading

/// Stores a provider's webhook in the inbox; its payment is looked up soon, if the webhook may contain something new.
public struct TakeNotice: Command {
    /// `takeNotice`.
    public static let name = "takeNotice"

    /// The provider and the event.
    public let key: InboxRow.Key
    /// The payment, if it is known.
    public let payment: ID<Payment>?
    /// The content of the webhook.
    public let news: ChargeNews

    /// The delay before the look-up, in seconds: the answer to a call in progress probably arrives first.
    public static let graceSeconds: Int64 = 1

    /// A received webhook.
    public init(_ key: InboxRow.Key, payment: ID<Payment>?, _ news: ChargeNews = ChargeNews()) {
        self.key = key
        self.payment = payment
        self.news = news
    }

    /// The notice and its payment.
    public func prefetch(_ set: WorkingSet) {
        set.inbox.want(key)
        if let payment { set.payments.want(payment) }
    }

    /// Decides whether it was new; a repeat changes nothing.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard set.inbox.get(key) == nil else { return false }
        set.inbox.put(InboxRow(key, at: set.now))
        guard let payment, let row = set.payments.get(payment), row.payment.provider == key.provider else {
            return true
        }
        if row.due != nil || (row.payment.canBeLookedAt && row.payment.isNews(news)) {
            set.makeDue(row, at: set.now.adding(seconds: Self.graceSeconds))
        }
        return true
    }
}

/// Schedules look-ups of charges that differ from their provider's list.
public struct LookAtPayments: Command {
    /// `lookAtPayments`.
    public static let name = "lookAtPayments"

    /// The payments.
    public let ids: [ID<Payment>]

    /// Payments to look up.
    public init(_ ids: [ID<Payment>]) {
        self.ids = ids
    }

    /// The payments.
    public func prefetch(_ set: WorkingSet) {
        for id in ids { set.payments.want(id) }
    }

    /// Decides how many are looked up now.
    public func decide(_ set: WorkingSet) throws(Never) -> Int {
        var count = 0
        for id in ids {
            guard let row = set.payments.get(id), row.due == nil, row.payment.canBeLookedAt else { continue }
            set.makeDue(row, at: set.now)
            count += 1
        }
        return count
    }
}

/// Removes expired webhooks from the inbox.
public struct PruneInbox: Command {
    /// `pruneInbox`.
    public static let name = "pruneInbox"

    /// The webhooks.
    public let keys: [InboxRow.Key]
    /// Only those received before this time.
    public let before: Timestamp

    /// Webhooks to remove.
    public init(_ keys: [InboxRow.Key], before: Timestamp) {
        self.keys = keys
        self.before = before
    }

    /// The notices.
    public func prefetch(_ set: WorkingSet) {
        for key in keys { set.inbox.want(key) }
    }

    /// Decides how many are removed.
    public func decide(_ set: WorkingSet) throws(Never) -> Int {
        var count = 0
        for key in keys {
            guard let row = set.inbox.get(key), row.at < before else { continue }
            set.inbox.delete(key)
            count += 1
        }
        return count
    }
}
