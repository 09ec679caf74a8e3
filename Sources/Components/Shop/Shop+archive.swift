// Closed orders that are archived can be read as all others are; a change of one is refused until it is brought back. What the shop learns
// from a provider is never refused: it brings the order back by itself.

import API
import Ledger
import OrderArchive
import Trading

extension Shop {
    /// The shop with the directory of its archived orders.
    package func archiving(in directory: ArchiveDirectory) -> Shop {
        var shop = self
        shop.archive = directory
        return shop
    }

    /// The same shop, whose reads include archived orders.
    var whole: Shop {
        guard let archive, !(ledger is WholeLedger) else { return self }
        var shop = self
        shop.ledger = WholeLedger(ledger, archive)
        return shop
    }

    /// What moves orders out of the hot tables and back; nil for a shop without an archive.
    var archiver: OrderArchiver? {
        guard let archive, !(ledger is WholeLedger) else { return nil }
        return OrderArchiver(ledger, committer, archive)
    }

    /// The archived order that an id in a path names, or that has the named payment, parcel, return or credit; nil where it is not archived.
    func archivedOrder(named text: String) async throws(Problem) -> ID<Order>? {
        guard let whole = whole.ledger as? WholeLedger, let (key, table) = Self.archivedRow(named: text) else {
            return nil
        }
        do throws(LedgerFailure) {
            return try await whole.archivedOrder(with: key, in: table)
        } catch {
            throw Problem(error).ofArchive
        }
    }

    /// Brings an archived order back into the hot tables; has no effect on others.
    func bringBack(_ order: ID<Order>) async throws(Problem) {
        do {
            _ = try await archiver?.bringBack(order)
        } catch let failure as LedgerFailure {
            throw Problem(failure).ofArchive
        } catch CommitError<Never>.failed(let failure) {
            throw Problem(failure)
        } catch {
            throw Problem(LedgerFailure(.io, phase: .load, retry: .safe, detail: "\(error)"))
        }
    }

    private static func archivedRow(named text: String) -> (key: Bits128, table: TableSchema)? {
        if let id = ID<Order>(text) { return (id.bits, OrderRow.schema) }
        if let id = ID<Payment>(text) { return (id.bits, PaymentRow.schema) }
        if let id = ID<Shipment>(text) { return (id.bits, ShipmentRow.schema) }
        if let id = ID<Return>(text) { return (id.bits, ReturnRow.schema) }
        return ID<Credit>(text).map { ($0.bits, CreditRow.schema) }
    }
}

extension Problem {
    /// The order is archived.
    static func orderArchived(_ order: ID<Order>) -> Problem {
        Problem(
            .conflict,
            "order_archived",
            "\(order) is archived: it can be read, and not changed unless an operator brings it back"
        ) { $0.member("order", order) }
    }
}

extension Problem {
    /// What could not be read is archived: a file of the archive is missing or damaged, and nothing else is.
    ///
    /// Never 404: whether the order exists is not known, or known.
    fileprivate var ofArchive: Problem {
        guard code == "ledger_unavailable" else { return self }
        var problem = Problem(
            .serviceUnavailable,
            "archived_unreadable",
            "what was archived long ago cannot be read now; everything else is answered as ever",
            retryAfter: 60
        )
        problem.internalDetail = internalDetail
        return problem
    }
}

extension Endpoint {
    /// The kind of problem of a change of an archived order.
    static let orderArchived = ProblemKind(409, "order_archived")

    /// Whether it is about one order, or about a payment, parcel, return or credit, named in the path.
    var isAboutOneOrder: Bool {
        ["orders", "payments", "shipments", "returns", "credits"].contains { thing in
            path == "/v1/\(thing)/{id}" || path.hasPrefix("/v1/\(thing)/{id}/")
        }
    }

    /// The routes of a shop that know its archive: what is not in the hot tables is read from there, and a change of it is refused.
    ///
    /// - Parameter routes: makes the routes of a shop; called for the shop, and for the same shop with its archive.
    static func overArchive(_ shop: Shop, _ routes: (Shop) -> [Endpoint]) -> [Endpoint] {
        zip(routes(shop), routes(shop.whole)).map { hot, whole in
            guard hot.isAboutOneOrder else { return hot }
            var route = hot
            route.readsArchive = hot.method == .get
            route.handler = { (call) async throws(Problem) in
                do throws(Problem) {
                    return try await hot.handler(call)
                } catch {
                    // A sender who may not know the order was refused before it was looked for.
                    guard error.status == .notFound,
                        let order = try await shop.archivedOrder(named: try call.path("id"))
                    else { throw error }
                    guard hot.method == .get else { throw .orderArchived(order) }
                    do throws(Problem) {
                        return try await whole.handler(call).archived
                    } catch {
                        throw error.ofArchive
                    }
                }
            }
            return route
        }
    }
}
