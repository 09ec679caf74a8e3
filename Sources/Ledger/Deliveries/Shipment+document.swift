import JSON
import Trading

extension Shipment: ListedDocument {
    /// The order.
    public var person: Bits128? { order.bits }

    package static var blank: Shipment {
        Shipment(
            id: .blank,
            order: .blank,
            number: 0,
            location: "",
            carrier: "",
            service: "",
            lines: [],
            grams: 0,
            createdAt: .blank,
            updatedAt: .blank
        )
    }

    /// The shipment as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.member("order", &order, "Whose units are in it.")
        try visit.member("number", &number, .integer(from: 1, example: 1, "Counts the shipments of the order."))
        try visit.member("state", standing.state, .example("inTransit")) { standing = Standing($0, at: standing.at) }
        try visit.member("stateAt", standing.at, "Since when, by the carrier's clock.") {
            standing = Standing(standing.state, at: $0)
        }
        try visit.member("location", &location, .example("main", "From where it leaves."))
        try visit.member("carrier", &carrier, .example("manual"))
        try visit.member("service", &service, .example("standard"))
        try visit.member("lines", &lines, .list(least: 1))
        try visit.member("grams", &grams, .integer(from: 0, example: 680, "Its weight, as far as the catalogue says."))
        try visit.personal("trackingNumber", &trackingNumber, .example("JD0002"))
        try visit.member("reference", &reference, .example("bk_1", "The carrier's id of the booking."))
        try times(&visit)
        try visit.member("events", &events, "Its tracking, in the order of the carrier's time.")
        try visit.member("operations", &operations, "What its carrier was asked to do, in order.")
        try visit.member("createdAt", &createdAt)
        try visit.member("updatedAt", &updatedAt)
        try visit.member("version", &version, .version)
    }

    /// When it was to arrive, and when it did.
    private mutating func times(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("estimatedDelivery", estimate?.delivery, "When it should arrive.") {
            estimate = DeliveryEstimate($0, saidAt: estimate?.saidAt)
        }
        try visit.member("estimatedAt", estimate?.saidAt, "When its carrier said so.") { saidAt in
            estimate = estimate.map { DeliveryEstimate($0.delivery, saidAt: saidAt) }
        }
        try visit.member(
            "promisedBy",
            promise?.delivery,
            "When it should arrive by the first word, by which its arrival is judged."
        ) {
            promise = DeliveryEstimate($0, saidAt: promise?.saidAt)
        }
        try visit.member("promisedAt", promise?.saidAt, "When its carrier said so first.") { saidAt in
            promise = promise.map { DeliveryEstimate($0.delivery, saidAt: saidAt) }
        }
        try visit.member("late", &isLate, .example(false, "Whether it is past its estimate and has not arrived."))
        try visit.shown(
            "arrivedLate",
            hasArrivedLate,
            .example(false, "Whether it arrived after what was promised first.")
        )
        try visit.member(
            "handedOverAt",
            handedOverAt,
            "When it left: by the carrier's clock as soon as that says so, by ours until then."
        ) {
            // Older releases stored one time only, by the shop's clock.
            handedOverRecordedAt = handedOverRecordedAt ?? $0
        }
        try visit.member(
            "handedOverRecordedAt",
            &handedOverRecordedAt,
            "When it was noted here that it left, by our clock."
        )
        try visit.member(
            "carrierSince",
            &carrierSince,
            "The earliest that its carrier tells of it, by the carrier's clock."
        )
        try visit.member("deliveredAt", &deliveredAt, "When it arrived, by the carrier's clock.")
        try visit.member(
            "deliveredRecordedAt",
            &deliveredRecordedAt,
            "When it was first heard here that it arrived, by our clock."
        )
        try visit.shown(
            "transitSeconds",
            transitSeconds,
            .integer(
                from: 0,
                example: 93600,
                "How long it was on its way: from handedOverAt to deliveredAt, in whole seconds."
            )
        )
        try visit.member(
            "correctedAt",
            &correctedAt,
            "Up to when nothing that its carrier says counts, because the desk corrected it."
        )
    }
}

extension TrackingEvent: ListedDocument {
    package static var blank: TrackingEvent { TrackingEvent(id: "", code: .blank, at: .blank, receivedAt: .blank) }

    /// The event as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, .example("e1", "The carrier's id of the event."))
        try visit.member("code", &code, .example("inTransit"))
        try visit.member("at", &at, "When, by the carrier's clock.")
        try visit.member("receivedAt", &receivedAt, "When it was heard of here.")
        try visit.member(
            "doubt",
            &doubt,
            .example("tooLate", "Why that time cannot be true; the event then counts from its receipt.")
        )
        try visit.unlessBlank(
            "correction",
            &isCorrection,
            .example(true, "Whether the desk said so, against its carrier.")
        )
        try visit.personal("note", &note, .example("Leeds depot"))
        try visit.member("estimatedDelivery", &estimatedDelivery)
    }
}

extension ShipmentOperation: ListedDocument {
    package static var blank: ShipmentOperation { ShipmentOperation(.blank, key: "") }

    /// The operation as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("kind", &kind)
        try visit.member("key", &key, "Names it at the carrier: one effect however often it is sent.")
        try visit.member("state", &state)
        try visit.member("tries", &tries, .integer(from: 0, example: 1))
        try visit.member("firstTriedAt", &firstTriedAt)
        try visit.member("code", &code, .example("timeout", "Why it was refused, or what the last call met."))
    }
}

extension ClockDoubt: NamedValue {}
extension ShipmentOperation.Kind: NamedValue {}
extension ShipmentOperation.State: NamedValue {}
extension ShipmentState: NamedValue {}
extension TrackingCode: NamedValue {}
