// After a restore the lists of payment providers and carriers are searched for what the shop did in its lost future. The search is
// made of commands that find their own results, so it may end anywhere and begin again; a provider is done once its list was read to
// the end, and one that is away for hours is searched when it is back.

import Ledger
import OrderArchive
import Providers
import Trading

/// Searches the lists of providers and carriers after a restore.
public struct RestoreSearch: Sendable {
    let ledger: any LedgerEngine
    let committer: Committer
    /// The files of archived orders; nil for a shop that has none.
    private let archive: ArchiveDirectory?
    private let providers: [any PaymentProvider]
    private let carriers: [any Carrier]
    private let rule: LostMoneyRule
    let lostParcels: LostParcelRule
    /// The timeout of one call.
    let patience: Duration
    /// Rows decided or scheduled in one command.
    static let page = 100

    /// A search at these providers and carriers, which are all that the shop uses.
    ///
    /// - Parameters:
    ///   - archive: the files of archived orders: one that changed at a provider is brought back.
    ///   - rule: what becomes of the money of lost orders.
    ///   - lostParcels: what becomes of their parcels.
    package init(
        ledger: any LedgerEngine,
        committer: Committer,
        archive: ArchiveDirectory? = nil,
        providers: [any PaymentProvider],
        carriers: [any Carrier],
        rule: LostMoneyRule,
        lostParcels: LostParcelRule,
        patience: Duration = .seconds(10)
    ) {
        self.ledger = ledger
        self.committer = committer
        self.archive = archive
        self.providers = providers
        self.carriers = carriers
        self.rule = rule
        self.lostParcels = lostParcels
        self.patience = patience
    }

    /// Searches where the last restore was not searched completely yet; no effect in a shop without such a restore.
    ///
    /// Cost: a call for each page of the lists since shortly before the moment of the restore.
    ///
    /// - Throws: an error of the ledger; it may be run again.
    public func run(now: Timestamp = .now) async throws -> RestoreReport {
        guard let restore = try await lastRestore() else { return RestoreReport(restore: nil, places: []) }
        var places: [RestoreReport.Place] = []
        if restore.settledAt == nil {
            for provider in providers where !restore.searched.contains(place(provider)) {
                places.append(try await search(provider, restore, now))
            }
            // Where no provider is left to be searched, carriers need not wait for one.
            _ = try await committer.submit(RecordSearch(restore.epoch, at: nil, of: allPlaces), isPatient: true)
            for carrier in carriers {
                let name = RecordSearch.parcels(carrier.name)
                guard !restore.searched.contains(name), !restore.unlisted.contains(name) else { continue }
                places.append(try await search(carrier, restore, now))
            }
            _ = try await committer.submit(RecordSearch(restore.epoch, at: nil, of: allPlaces), isPatient: true)
        }
        return RestoreReport(restore: try await lastRestore(), places: places)
    }

    /// All that is to be searched.
    var allPlaces: [String] { providers.map(place) + carriers.map { RecordSearch.parcels($0.name) } }

    private func place(_ provider: any PaymentProvider) -> String { RecordSearch.payments(provider.name) }

    private func lastRestore() async throws -> Restoration? {
        try await ledger.read { (view) throws(LedgerFailure) in try view.restores().last }
    }

    /// Searches one provider's list.
    private func search(
        _ provider: any PaymentProvider,
        _ restore: Restoration,
        _ now: Timestamp
    ) async throws -> RestoreReport.Place {
        var place = RestoreReport.Place(name: place(provider))
        do {
            let end = now.adding(seconds: Restoration.marginSeconds)
            try await recover(at: provider, from: restore.searchedFrom, to: end, &place)
            let looked =
                try await lookAtChanged(at: provider, from: restore.searchedFrom, to: end)
                + lookAtHolds(at: provider, madeBefore: restore.at)
            guard place.waiting == 0 else { return place }
            let record = RecordSearch(
                restore.epoch,
                at: place.name,
                of: allPlaces,
                foreign: Int64(place.foreign.count),
                lookedAt: Int64(looked)
            )
            _ = try await committer.submit(record, isPatient: true)
            place.isComplete = true
        } catch let failure as SearchTrouble {
            place.trouble = failure.code
        }
        return place
    }

    /// Decides on every charge in the provider's list.
    private func recover(
        at provider: any PaymentProvider,
        from: Timestamp,
        to: Timestamp,
        _ place: inout RestoreReport.Place
    ) async throws {
        var cursor: String?
        repeat {
            let answer = await provider.charges(from: from, to: to, after: cursor, deadline: .now + patience)
            let page = try answer.value()
            for start in stride(from: 0, to: page.charges.count, by: Self.page) {
                let charges = page.charges[start..<min(start + Self.page, page.charges.count)]
                let command = RecoverCharges(provider.name, charges.map(ListedCharge.init), rule: rule)
                let outcomes = try await committer.submit(command, isPatient: true).outcome
                for (charge, outcome) in zip(charges, outcomes) { place.note(charge, outcome) }
            }
            cursor = page.next
        } while cursor != nil
    }

    /// Schedules look-ups of older payments on which something was done since the moment.
    private func lookAtChanged(
        at provider: any PaymentProvider,
        from: Timestamp,
        to: Timestamp
    ) async throws -> Int {
        var cursor: String?
        var count = 0
        repeat {
            let page = try await provider.changed(from: from, to: to, after: cursor, deadline: .now + patience).value()
            let name = provider.name
            let whole = archive.map { WholeLedger(ledger, $0) as any LedgerEngine } ?? ledger
            let payments = try await whole.read { (view) throws(LedgerFailure) in
                var payments: [Payment] = []
                for reference in page.references {
                    let conditions = [
                        Condition("provider", .equal, .text(name)), Condition("reference", .equal, .text(reference)),
                    ]
                    payments += try view.rows(RowQuery<PaymentRow>(conditions, limit: 1)).map(\.payment)
                }
                return payments
            }
            if let archive {
                let archiver = OrderArchiver(ledger, committer, archive)
                for order in Set(payments.map(\.order)) { _ = try await archiver.bringBack(order) }
            }
            count += try await look(at: payments.map(\.id))
            cursor = page.next
        } while cursor != nil
        return count
    }

    /// Schedules look-ups of payments with authorised money from before the restore: it may have been captured or released.
    private func lookAtHolds(at provider: any PaymentProvider, madeBefore end: Timestamp) async throws -> Int {
        var count = 0
        let name = provider.name
        for status in [PaymentStatus.authorised, .partlyCaptured] {
            var cursor: ID<Payment>?
            while true {
                let query = RowQuery<PaymentRow>(
                    [
                        Condition("state", .equal, .integer(status.rawValue)),
                        Condition("id", .below, .bits(.first(at: end))),
                    ],
                    after: cursor,
                    limit: Self.page
                )
                let rows = try await ledger.read { (view) throws(LedgerFailure) in try view.rows(query) }
                count += try await look(at: rows.filter { $0.payment.provider == name }.map(\.key))
                guard rows.count == Self.page else { break }
                cursor = rows.last?.key
            }
        }
        return count
    }

    private func look(at payments: [ID<Payment>]) async throws -> Int {
        var count = 0
        for start in stride(from: 0, to: payments.count, by: Self.page) {
            let page = Array(payments[start..<min(start + Self.page, payments.count)])
            count += try await committer.submit(LookAtPayments(page), isPatient: true).outcome
        }
        return count
    }
}

/// Why a list could not be read; it may be tried again.
struct SearchTrouble: Error {
    /// The code of the error.
    let code: String
}

extension ListedCharge {
    /// A charge of a provider's list, in the terms of the rules.
    public init(_ charge: ProviderCharge) {
        self.init(
            payment: charge.payment.flatMap { ID<Payment>($0) },
            order: charge.order.flatMap { ID<Order>($0) },
            amount: charge.amount,
            charge: FoundCharge(charge)
        )
    }
}

extension ProviderAnswer {
    /// The value of an answer that has one.
    func value() throws(SearchTrouble) -> Value {
        switch self {
        case .done(let value): return value
        case .refused(let refusal): throw SearchTrouble(code: refusal.code)
        case .notDone(let trouble), .unknown(let trouble): throw SearchTrouble(code: trouble.code)
        }
    }
}
