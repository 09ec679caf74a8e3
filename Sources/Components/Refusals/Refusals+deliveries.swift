// The problems for refusals of the delivery desk.

import API
import Ledger
import Trading

extension PackRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .orderNotFound: OrderRefusal.notFound.problem
        case .searching: OrderRefusal.searching.problem
        case .tooManyShipments(let limit):
            Problem(.conflict, "limit_reached", "an order has at most \(limit) shipments")
        case .unknownLocation: .invalid("/location", "unknown_location", "there is no such location")
        case .wrongState(let state): OrderRefusal.wrongState(state).problem
        case .noLines: OrderRefusal.noLines.problem
        case .nothingLeft: OrderRefusal.nothingLeft.problem
        case .paymentNeeded(let payment): OrderRefusal.paymentNeeded(payment).problem
        case .unknownLine(let index, let line): OrderRefusal.unknownLine(index: index, line: line).problem
        case .repeatedLine(let index, let line): OrderRefusal.repeatedLine(index: index, line: line).problem
        case .tooMany(let index, let line, let left):
            OrderRefusal.tooMany(index: index, line: line, left: left).problem
        }
    }
}

extension ShipmentRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .notFound: .notFound("shipment")
        case .wrongState(let state):
            Problem(.conflict, "wrong_state", "the shipment is \(state.rawValue)") { json in
                json.member("state", state.rawValue)
            }
        case .notBooked: Problem(.conflict, "not_booked", "its carrier has not booked it yet")
        case .implausibleEstimate:
            .invalid("/estimatedDelivery", "out_of_range", "neither before it was packed nor more than a year from now")
        case .eventDiffers(let id):
            Problem(.conflict, "event_differs", "an event \(id) is known, and says something else")
        case .order(let refusal): refusal.problem
        }
    }
}

extension ShippingQuoteRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .noRates: Problem(.conflict, "no_shipping_rate", "the shop has no table of shipping rates")
        case .currencyMismatch(let currency):
            .invalid("/value/currency", "currency_mismatch", "shipping is priced in \(currency.code)")
        case .tooHeavy(let limit):
            Problem(.conflict, "no_shipping_rate", "no service there takes more than \(limit) grams")
        case .notServed: Problem(.conflict, "no_shipping_rate", "no service goes there")
        }
    }
}
