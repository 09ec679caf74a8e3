import JSON
import Trading

/// Takes a provider's webhook into the inbox; the payment that it is about is looked at soon, where it may say something new.
public struct TakeNotice: Command {
    /// `takeNotice`.
    public static let name = "takeNotice"

    /// Which event of which provider.
    public let key: InboxRow.Key
    /// The payment that it is about, where that is known.
    public let payment: ID<Payment>?
    /// What it says happened there.
    public let news: ChargeNews

    /// After how many seconds the payment is looked at: the answer to a call that is under way most likely comes before.
    public static let graceSeconds: Int64 = 1

    /// A webhook to take.
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

    /// Whether it was new; a repeat changes nothing.
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

/// Has charges looked at that a comparison with their provider's list showed to differ.
public struct LookAtPayments: Command {
    /// `lookAtPayments`.
    public static let name = "lookAtPayments"

    /// Which payments.
    public let ids: [ID<Payment>]

    /// Payments to look at.
    public init(_ ids: [ID<Payment>]) {
        self.ids = ids
    }

    /// The payments.
    public func prefetch(_ set: WorkingSet) {
        for id in ids { set.payments.want(id) }
    }

    /// How many are looked at now.
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

/// Removes webhooks that are past keeping from the inbox.
public struct PruneInbox: Command {
    /// `pruneInbox`.
    public static let name = "pruneInbox"

    /// Which.
    public let keys: [InboxRow.Key]
    /// Only those that were taken before then.
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

    /// How many are gone.
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
