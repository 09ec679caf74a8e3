// Reading the requests of delivery desks and carriers.

import JSON
import Ledger
import Trading

/// A request to pack a parcel.
struct ShipmentRequest {
    var lines: [LineQuantity]?
    var location: String?
    var carrier: String?
    var service: String?
}

/// What a user states about a parcel that is handed over.
struct HandOverNote {
    var trackingNumber: String?
    var estimatedDelivery: Timestamp?
}

extension JSONReader {
    /// Reads a request to pack a parcel; its carrier must be one that the shop has.
    mutating func shipment(carriers: [String]) throws(JSONError) -> ShipmentRequest {
        var request = ShipmentRequest()
        try object { (json, member) throws(JSONError) in
            switch member {
            case "lines":
                request.lines = try json.list(OrderLimits.maxLines) { (json) throws(JSONError) in
                    try json.lineQuantity()
                }
            case "location": request.location = try json.code()
            case "carrier":
                let name = try json.text(Bounds.word)
                guard carriers.contains(name) else {
                    throw json.failure(.invalidValue, "one of \(carriers.joined(separator: ", "))")
                }
                request.carrier = name
            case "service": request.service = try json.text(Bounds.word)
            default: throw json.unknown(member)
            }
        }
        return request
    }

    mutating func handOver() throws(JSONError) -> HandOverNote {
        var note = HandOverNote()
        try object { (json, member) throws(JSONError) in
            switch member {
            case "trackingNumber": note.trackingNumber = try json.optionalKey(Bounds.reference)
            case "estimatedDelivery": note.estimatedDelivery = try json.isNull() ? nil : try json.timestamp()
            default: throw json.unknown(member)
            }
        }
        return note
    }

    /// Reads the state of a parcel that a user states.
    mutating func correction() throws(JSONError) -> (code: TrackingCode, note: String?) {
        var code: TrackingCode?
        var note: String?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "state": code = try json.value(TrackingCode.self)
            case "note": note = try json.optionalText(Bounds.reason)
            default: throw json.unknown(member)
            }
        }
        return (try required(code, "state"), note)
    }

    /// Reads tracking events that a user enters; an event without an id is identified by its code and time.
    mutating func trackingEvents(now: Timestamp) throws(JSONError) -> [TrackingEvent] {
        let events = try member("events") { (json) throws(JSONError) in
            try json.list(Bounds.trackingEvents) { (json) throws(JSONError) in try json.trackingEvent(now: now) }
        }
        guard !events.isEmpty else {
            throw JSONError(code: .outOfRange, pointer: "/events", detail: "at least one event", offset: 0)
        }
        return events
    }

    private mutating func trackingEvent(now: Timestamp) throws(JSONError) -> TrackingEvent {
        var id: String?
        var code: TrackingCode?
        var at: Timestamp?
        var note: String?
        var estimated: Timestamp?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.key(TrackingEvent.idLength)
            case "code": code = try json.value(TrackingCode.self)
            case "at": at = try json.timestamp()
            case "note": note = try json.optionalText(TrackingEvent.noteLength)
            case "estimatedDelivery": estimated = try json.isNull() ? nil : try json.timestamp()
            default: throw json.unknown(member)
            }
        }
        let happened = try required(code, "code")
        let time = at ?? now
        return TrackingEvent(
            id: id ?? "\(happened.rawValue) \(time)",
            code: happened,
            at: time,
            receivedAt: now,
            note: note,
            estimatedDelivery: estimated
        )
    }
}
