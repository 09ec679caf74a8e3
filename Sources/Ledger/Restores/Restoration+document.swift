import JSON
import Trading

extension Restoration: ListedDocument {
    package static var blank: Restoration {
        Restoration(id: .blank, epoch: 0, restoredTo: .blank, at: .blank, lastEvent: 0)
    }

    /// The restore as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.member(
            "epoch",
            &epoch,
            .integer(from: 1, example: 1_795_411_261_123, "The epoch of the feed that it began.")
        )
        try visit.member("restoredTo", &restoredTo, "The moment to which the shop was restored.")
        try visit.member(
            "openSince",
            &openSince,
            "The moment of the first earlier restore whose search had not ended, and is made with this one."
        )
        try visit.member("at", &at, "When it was restored.")
        try visit.member(
            "lastEvent",
            &lastEvent,
            .integer(from: 0, example: 4711, "The last event before it; later numbers were used before, too.")
        )
        try visit.object("lost", "What the backup knew of the lost future.") { (visit) throws(JSONError) in
            try visit.member("lastEvent", &lost.lastEvent, .integer(from: 0, "Its last event."))
            try visit.member("orders", &lost.orders, .integer(from: 0, "Orders placed in it."))
        }
        try visit.member("searched", &searched, "The providers and carriers whose lists were searched completely.")
        try visit.unlessBlank(
            "unlisted",
            &unlisted,
            "The carriers that have no list to search: a person has to compare."
        )
        try visit.member("paymentsSearchedAt", &paymentsSearchedAt, "When all payment providers had been searched.")
        try visit.member(
            "parcelsSearchedAt",
            &parcelsSearchedAt,
            "When all carriers had been searched; until then no goods of earlier orders are sent."
        )
        try visit.member("settledAt", &settledAt, "When all of them had been searched.")
        try visit.object("found", "What was found of the lost future.") { (visit) throws(JSONError) in
            try found.members(&visit)
        }
        try visit.unlessBlank(
            "heldParcels",
            &heldParcels,
            "Parcels that a person has to look at: the first \(Self.heldParcelsMax)."
        )
    }
}

extension Restoration.Findings {
    fileprivate mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("adopted", &adopted, .integer(from: 0, "Charges that became payments of their orders."))
        try visit.member(
            "notNeeded",
            &notNeeded,
            .integer(from: 0, "Charges of orders that did not need them: without money, or given back.")
        )
        try visit.member("givenBack", &givenBack, .integer(from: 0, "Charges of lost orders, given back."))
        try visit.member("held", &held, .integer(from: 0, "Charges of lost orders, kept for a person."))
        try visit.member("foreign", &foreign, .integer(from: 0, "Charges that no payment of the shop explains."))
        try visit.member(
            "lookedAt",
            &lookedAt,
            .integer(from: 0, "Payments that were looked up, because they may have gone on at their provider.")
        )
        try visit.unlessBlank(
            "parcelsAdopted",
            &parcelsAdopted,
            .integer(from: 1, "Bookings at carriers that became, or stayed, shipments of their orders.")
        )
        try visit.unlessBlank(
            "parcelsCalledOff",
            &parcelsCalledOff,
            .integer(from: 1, "Bookings that nobody wants, called off at their carriers.")
        )
        try visit.unlessBlank(
            "parcelsFollowed",
            &parcelsFollowed,
            .integer(from: 1, "Shipments that were cancelled, as their carriers have them.")
        )
        try visit.unlessBlank(
            "parcelsHeld",
            &parcelsHeld,
            .integer(from: 1, "Bookings that are kept for a person.")
        )
        try visit.unlessBlank(
            "parcelsForeign",
            &parcelsForeign,
            .integer(from: 1, "Bookings that no shipment of the shop explains.")
        )
    }
}

extension HeldParcel: ListedDocument {
    package static var blank: HeldParcel {
        HeldParcel(carrier: "", reference: "", shipment: .blank, reason: .blank)
    }

    /// The parcel as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("carrier", &carrier, .example("sandbox"))
        try visit.member("reference", &reference, .example("bk_1", "The carrier's id of the booking."))
        try visit.member("shipment", &shipment, "The id of its shipment in the lost future.")
        try visit.member("order", &order, "The order that it was for, where the carrier says it.")
        try visit.member("reason", &reason, "Why it is kept.")
    }
}

extension LostParcelReason: NamedValue {}
