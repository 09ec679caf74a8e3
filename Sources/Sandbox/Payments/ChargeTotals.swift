import JSON
import Trading

/// The totals of the payment sandbox's book, to compare with another book.
struct ChargeTotals: Sendable {
    private struct Sums {
        var (charges, amount, captured, refunded, held, fee): (Int64, Int64, Int64, Int64, Int64, Int64) = (
            0, 0, 0, 0, 0, 0
        )
    }

    private var states: [Charge.State: Int] = [:]
    private var currencies: [String: Sums] = [:]
    /// Payments with more than one charge that was not declined; there should be none.
    private var doubled = 0

    /// The totals.
    ///
    /// Cost: one pass over all charges.
    init(_ book: borrowing ChargeBook) {
        var alive: [String: Int] = [:]
        for charge in book.charges {
            states[charge.state, default: 0] += 1
            var sums = currencies[charge.amount.currency.code] ?? Sums()
            sums.charges += 1
            if charge.state != .declined { sums.amount += charge.amount.amount }
            sums.captured += charge.captured
            sums.refunded += charge.refunded
            sums.held += charge.held
            sums.fee += charge.fee
            currencies[charge.amount.currency.code] = sums
            if charge.state != .declined { alive[charge.payment, default: 0] += 1 }
        }
        doubled = alive.values.count { $0 > 1 }
    }

    /// The totals as JSON.
    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("states")
            json.object { json in
                for (state, count) in states.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    json.key(state.rawValue)
                    json.int(count)
                }
            }
            json.member("paymentsChargedTwice", doubled)
            json.key("currencies")
            json.object { json in
                for (code, sums) in currencies.sorted(by: { $0.key < $1.key }) {
                    json.key(code)
                    json.object { json in
                        json.member("charges", sums.charges)
                        json.member("amount", sums.amount)
                        json.member("captured", sums.captured)
                        json.member("refunded", sums.refunded)
                        json.member("held", sums.held)
                        json.member("fee", sums.fee)
                    }
                }
            }
        }
        return json.bytes
    }
}
