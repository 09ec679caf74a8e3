// The second pass: where fingerprints differ, the few subjects behind them are compared fact by fact, and named.

import Ledger
import Trading

/// An actual and an expected count.
struct Tally {
    var expected: Int64 = 0
    var found: Int64 = 0
}

extension AuditPass {
    /// The most buckets that are examined; each contains a few subjects.
    private static let bucketsMax = 2000

    /// Names the orders whose movements differ from the expected ones.
    func explainFlows() throws(LedgerFailure) {
        let (buckets, all) = flows.differences(limit: Self.bucketsMax)
        guard all > 0 else { return }
        var tallies: [Bits128: [Flow: Tally]] = [:]
        var known: Set<Bits128> = []
        try view.pages(AuditedMovement.self) { (page) throws(LedgerFailure) in
            for movement in page {
                guard let order = movement.order, let kind = movement.kind,
                    buckets.contains(self.flows.bucket(order))
                else { continue }
                let flow = Flow(kind: kind, sku: movement.stock.sku, location: movement.stock.location)
                tallies[order, default: [:]][flow, default: Tally()].found += movement.quantity
            }
            count("movements again", page.count, of: Int(report.movements))
        }
        try view.pages(AuditedOrder.self) { (page) throws(LedgerFailure) in
            for row in page where buckets.contains(self.flows.bucket(row.key)) {
                known.insert(row.key)
                guard let order = Order(document: row.document) else {
                    tallies[row.key] = nil
                    continue
                }
                for (flow, units) in try expectedFlows(order) {
                    tallies[row.key, default: [:]][flow, default: Tally()].expected += units
                }
            }
        }
        for (order, flows) in tallies { compare(order, flows, isKnown: known.contains(order)) }
        noteRest(all, "movements")
    }

    /// The expected movements of an order, its returns included.
    func expectedFlows(_ order: Order) throws(LedgerFailure) -> [Flow: Int64] {
        var expected: [Flow: Int64] = [:]
        order.eachFlow { flow, units in expected[flow, default: 0] += units }
        if order.lines.contains(where: { $0.returned > 0 }) {
            for taken in try returns(of: order.id.bits) {
                taken.eachFlow(order) { flow, units in expected[flow, default: 0] += units }
            }
        }
        return expected
    }

    /// Reports where an order's movements differ from the expected ones.
    func compare(_ order: Bits128, _ flows: [Flow: Tally], isKnown: Bool) {
        let id = ID<Order>(order)
        guard isKnown else {
            return add(.noPhantom, "movements", id, "the order of its movements", "none")
        }
        for (flow, tally) in flows where tally.expected != tally.found {
            let isReservation = flow.kind.movesReserved
            let place = "\(flow.sku) @ \(flow.location)"
            add(
                isReservation ? .reservationLifecycle : .stateAgreement,
                "orders",
                id,
                "\(tally.expected) \(flow.kind.name) of \(place)",
                "\(tally.found) in its movements"
            )
        }
    }

    /// Names the events and objects that do not match.
    func explainHappenings() throws(LedgerFailure) {
        let (buckets, all) = happenings.differences(limit: Self.bucketsMax)
        guard all > 0 else { return }
        var tallies: [Bits128: [EventType: Tally]] = [:]
        func expect(_ subject: Bits128, _ type: EventType) {
            tallies[subject, default: [:]][type, default: Tally()].expected += 1
        }
        try view.pages(AuditedEvent.self) { (page) throws(LedgerFailure) in
            for event in page {
                guard let type = event.type, type.isCounted, let subject = type.subjectBits(event.subject),
                    isInFeed(subject), buckets.contains(happenings.bucket(subject))
                else { continue }
                tallies[subject, default: [:]][type, default: Tally()].found += 1
            }
            count("events again", page.count, of: Int(report.events))
        }
        func isWanted(_ subject: Bits128) -> Bool { isInFeed(subject) && buckets.contains(happenings.bucket(subject)) }
        try view.pages(AuditedOrder.self) { (page) throws(LedgerFailure) in
            for row in page where isWanted(row.key) {
                if let order = Order(document: row.document) {
                    order.eachHappening { expect(row.key, $0) }
                } else {
                    tallies[row.key] = nil
                }
            }
        }
        try view.pages(AuditedReturn.self) { (page) throws(LedgerFailure) in
            for row in page where row.isSettled && isWanted(row.key) { expect(row.key, .returnCreated) }
        }
        try view.pages(AuditedShipment.self) { (page) throws(LedgerFailure) in
            for row in page where isWanted(row.key) { row.eachHappening { expect(row.key, $0) } }
        }
        try view.pages(AuditedCredit.self) { (page) throws(LedgerFailure) in
            for row in page where isWanted(row.key) { expect(row.key, .creditCreated) }
        }
        try view.pages(KeyOf<CustomerRow>.self) { (page) throws(LedgerFailure) in
            for row in page where isWanted(row.key.bits) { expect(row.key.bits, .customerCreated) }
        }
        for (subject, types) in tallies { compare(subject, types) }
        noteRest(all, "events")
    }

    /// Reports where the feed differs from an object's own record.
    func compare(_ subject: Bits128, _ types: [EventType: Tally]) {
        for (type, tally) in types where tally.expected != tally.found {
            findings.add(
                .noPhantom,
                "events",
                type.subjectText(subject),
                expected: "\(tally.expected) \(type.name)",
                found: "\(tally.found)"
            )
        }
    }

    private func noteRest(_ all: Int, _ what: String) {
        guard all > Self.bucketsMax else { return }
        report.notices.append(
            "only a part of the differences in \(what) was taken apart; there are more than are counted"
        )
    }
}
