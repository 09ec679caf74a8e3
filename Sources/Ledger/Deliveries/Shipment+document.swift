import JSON
import Trading

extension Shipment: Document {
    /// Its order's.
    public var person: Bits128? { order.bits }

    /// The shipment as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("order", order)
        json.member("number", number)
        json.member("state", state.rawValue)
        json.member("stateAt", standing.at)
        json.member("location", location)
        json.member("carrier", carrier)
        json.member("service", service)
        json.member("lines", lines)
        json.member("grams", grams)
        json.personal { $0.member("trackingNumber", trackingNumber) }
        json.member("reference", reference)
        json.member("estimatedDelivery", estimate?.delivery)
        json.member("estimatedAt", estimate?.saidAt)
        json.member("promisedBy", promise?.delivery)
        json.member("promisedAt", promise?.saidAt)
        json.member("late", isLate)
        json.member("arrivedLate", hasArrivedLate)
        json.member("handedOverAt", handedOverAt)
        json.member("handedOverRecordedAt", handedOverRecordedAt)
        json.member("carrierSince", carrierSince)
        json.member("deliveredAt", deliveredAt)
        json.member("deliveredRecordedAt", deliveredRecordedAt)
        if let transitSeconds { json.member("transitSeconds", transitSeconds) }
        json.member("correctedAt", correctedAt)
        json.member("events", events)
        json.member("operations", operations)
        json.member("createdAt", createdAt)
        json.member("updatedAt", updatedAt)
        json.member("version", version)
        json.endObject()
    }

    /// Reads a stored shipment.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<Shipment>?
        var order: ID<Order>?
        var number: Int64?
        var state: ShipmentState?
        var stateAt: Timestamp?
        var location = ""
        var carrier = ""
        var service = ""
        var lines: [LineQuantity] = []
        var grams: Int64 = 0
        var trackingNumber: String?
        var reference: String?
        var estimated: Timestamp?
        var estimatedAt: Timestamp?
        var promised: Timestamp?
        var promisedAt: Timestamp?
        var isLate = false
        var handedOverAt: Timestamp?
        var handedOverRecordedAt: Timestamp?
        var carrierSince: Timestamp?
        var deliveredAt: Timestamp?
        var deliveredRecordedAt: Timestamp?
        var correctedAt: Timestamp?
        var events: [TrackingEvent] = []
        var operations: [ShipmentOperation] = []
        var createdAt: Timestamp?
        var updatedAt: Timestamp?
        var version: Int64?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(Shipment.self)
            case "order": order = try json.id(Order.self)
            case "number": number = try json.int64()
            case "state": state = try json.name(of: ShipmentState.self)
            case "stateAt": stateAt = try json.timestamp()
            case "location": location = try json.string()
            case "carrier": carrier = try json.string()
            case "service": service = try json.string()
            case "lines": lines = try json.documents()
            case "grams": grams = try json.int64()
            case "trackingNumber": trackingNumber = try json.string()
            case "reference": reference = try json.string()
            case "estimatedDelivery": estimated = try json.timestamp()
            case "estimatedAt": estimatedAt = try json.timestamp()
            case "late": isLate = try json.bool()
            case "handedOverAt": handedOverAt = try json.timestamp()
            case "handedOverRecordedAt": handedOverRecordedAt = try json.timestamp()
            case "carrierSince": carrierSince = try json.timestamp()
            case "deliveredAt": deliveredAt = try json.timestamp()
            case "deliveredRecordedAt": deliveredRecordedAt = try json.timestamp()
            case "correctedAt": correctedAt = try json.timestamp()
            case "promisedBy": promised = try json.timestamp()
            case "promisedAt": promisedAt = try json.timestamp()
            case "events": events = try json.documents()
            case "operations": operations = try json.documents()
            case "createdAt": createdAt = try json.timestamp()
            case "updatedAt": updatedAt = try json.timestamp()
            case "version": version = try json.int64()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            order: try json.required(order, "order"),
            number: try json.required(number, "number"),
            location: location,
            carrier: carrier,
            service: service,
            lines: lines,
            grams: grams,
            standing: Standing(try json.required(state, "state"), at: stateAt),
            trackingNumber: trackingNumber,
            reference: reference,
            estimate: estimated.map { DeliveryEstimate($0, saidAt: estimatedAt) },
            promise: promised.map { DeliveryEstimate($0, saidAt: promisedAt) },
            isLate: isLate,
            // Releases before kept one time, ours.
            handedOverRecordedAt: handedOverRecordedAt ?? handedOverAt,
            carrierSince: carrierSince,
            deliveredAt: deliveredAt,
            deliveredRecordedAt: deliveredRecordedAt,
            correctedAt: correctedAt,
            events: events,
            operations: operations,
            createdAt: try json.required(createdAt, "createdAt"),
            updatedAt: try json.required(updatedAt, "updatedAt"),
            version: try json.required(version, "version")
        )
    }
}

extension LineQuantity: Document {
    /// The units as the API answers them.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("line", line)
        json.member("quantity", quantity)
        json.endObject()
    }

    /// Reads stored units of a line.
    public init(from json: inout JSONReader) throws(JSONError) {
        var line: Int64?
        var quantity: Int64?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "line": line = try json.int64()
            case "quantity": quantity = try json.int64()
            default: try json.skip()
            }
        }
        self.init(line: try json.required(line, "line"), quantity: try json.required(quantity, "quantity"))
    }
}

extension TrackingEvent: Document {
    /// The event as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("code", code.rawValue)
        json.member("at", at)
        json.member("receivedAt", receivedAt)
        json.member("doubt", doubt?.rawValue)
        if isCorrection { json.member("correction", true) }
        json.personal { $0.member("note", note) }
        json.member("estimatedDelivery", estimatedDelivery)
        json.endObject()
    }

    /// Reads a stored event.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: String?
        var code: TrackingCode?
        var at: Timestamp?
        var receivedAt: Timestamp?
        var doubt: ClockDoubt?
        var isCorrection = false
        var note: String?
        var estimatedDelivery: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.string()
            case "code": code = try json.name(of: TrackingCode.self)
            case "at": at = try json.timestamp()
            case "receivedAt": receivedAt = try json.timestamp()
            case "doubt": doubt = try json.name(of: ClockDoubt.self)
            case "correction": isCorrection = try json.bool()
            case "note": note = try json.string()
            case "estimatedDelivery": estimatedDelivery = try json.timestamp()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            code: try json.required(code, "code"),
            at: try json.required(at, "at"),
            receivedAt: try json.required(receivedAt, "receivedAt"),
            doubt: doubt,
            isCorrection: isCorrection,
            note: note,
            estimatedDelivery: estimatedDelivery
        )
    }
}

extension ShipmentOperation: Document {
    /// The operation as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("kind", kind.rawValue)
        json.member("key", key)
        json.member("state", state.rawValue)
        json.member("tries", tries)
        json.member("firstTriedAt", firstTriedAt)
        json.member("code", code)
        json.endObject()
    }

    /// Reads a stored operation.
    public init(from json: inout JSONReader) throws(JSONError) {
        var kind: Kind?
        var key: String?
        var state: State?
        var tries = 0
        var firstTriedAt: Timestamp?
        var code: String?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "kind": kind = try json.name(of: Kind.self)
            case "key": key = try json.string()
            case "state": state = try json.name(of: State.self)
            case "tries": tries = try json.int()
            case "firstTriedAt": firstTriedAt = try json.timestamp()
            case "code": code = try json.string()
            default: try json.skip()
            }
        }
        self.init(
            try json.required(kind, "kind"),
            key: try json.required(key, "key"),
            state: try json.required(state, "state"),
            tries: tries,
            firstTriedAt: firstTriedAt,
            code: code
        )
    }
}
