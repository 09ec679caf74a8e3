// The findings of an audit: rows that break rules. The list is limited for each rule, the counts are not, so that even a badly
// damaged ledger gives a readable report.

/// A rule that every ledger keeps at every commit.
package enum AuditInvariant: String, Hashable, Sendable, CaseIterable {
    /// The store's own structure is sound, and rows can be read.
    case structure = "I0"
    /// Stock counters are the sums of their movements, and what is reserved is what open orders hold.
    case stockConservation = "I1"
    /// No unit is sold twice: 0 ≤ reserved ≤ on hand.
    case noOversell = "I2"
    /// Reserved units of an order are shipped or released, once; an unpaid order does not hold its units for ever.
    case reservationLifecycle = "I3"
    /// One charge for an order: at most one attempt is open, and no more is kept than the order costs.
    case oneCharge = "I4"
    /// The sums of a payment match its operations at the provider, under a reference that no other payment has.
    case providerAgreement = "I5"
    /// The journal balances, and the accounts are its sums.
    case doubleEntry = "I6"
    /// Every acknowledged order exists.
    case acknowledgedOrders = "I7"
    /// Every order, return and credit has its events, every event its object, every receipt its order.
    case noPhantom = "I8"
    /// State, payment, quantities and indexed columns of an object agree with each other.
    case stateAgreement = "I9"
    /// Amounts add up, in one currency.
    case amounts = "I14"

    /// The promise of the rule, in a few words.
    package var summary: String {
        switch self {
        case .structure: "the store is sound and readable"
        case .stockConservation: "stock is the sum of its movements"
        case .noOversell: "nothing is sold twice"
        case .reservationLifecycle: "every reservation ends once"
        case .oneCharge: "one order, one charge"
        case .providerAgreement: "payments are what providers did"
        case .doubleEntry: "the books balance"
        case .acknowledgedOrders: "every acknowledged order is there"
        case .noPhantom: "no event, receipt or movement without its thing"
        case .stateAgreement: "state, payment and quantities agree"
        case .amounts: "amounts add up"
        }
    }
}

/// One row that breaks one rule.
package struct AuditViolation: Hashable, Sendable {
    /// The rule.
    package let invariant: AuditInvariant
    /// The table of the row; empty for the store as a whole.
    package let table: String
    /// The row's key as text.
    package let key: String
    /// The value that the rule requires.
    package let expected: String
    /// The actual value.
    package let found: String
}

/// Violations so far: a limited list for each rule, and counts of all.
struct AuditFindings: Sendable {
    let listMax: Int
    private(set) var violations: [AuditViolation] = []
    private(set) var counts: [AuditInvariant: Int] = [:]

    init(listMax: Int) {
        self.listMax = listMax
    }

    mutating func add(
        _ invariant: AuditInvariant,
        _ table: String,
        _ key: @autoclosure () -> String,
        expected: @autoclosure () -> String,
        found: @autoclosure () -> String
    ) {
        let count = counts[invariant, default: 0]
        counts[invariant] = count + 1
        guard count < listMax else { return }
        violations.append(
            AuditViolation(invariant: invariant, table: table, key: key(), expected: expected(), found: found())
        )
    }

    /// Adds the findings of another part of the audit.
    mutating func merge(_ other: AuditFindings) {
        for violation in other.violations {
            let listed = violations.count { $0.invariant == violation.invariant }
            if listed < listMax { violations.append(violation) }
        }
        for (invariant, count) in other.counts { counts[invariant, default: 0] += count }
    }
}
