import Trading

extension Schemas {
    /// Shipments.
    static let deliveries: [String: String] = [
        "ShipmentInput": #"""
        {"type":"object","additionalProperties":false,
        "examples":[{"lines":[{"line":1,"quantity":1}],"location":"main","service":"standard"}],
        "description":"Units to pack into one parcel; all that is left at one location where no lines are named.",
        "properties":{
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "description":"What is packed, each line once.",
        "items":{"type":"object","additionalProperties":false,"required":["line","quantity"],
        "properties":{\#(lineNumber),"quantity":\#(quantity)}}},
        "location":\#(code("From where it leaves; the first that has what is packed where it is left out.", example: "main")),
        "carrier":\#(text(Bounds.word, "Who carries it: a carrier of the shop's, or `manual`.", example: "manual")),
        "service":\#(text(Bounds.word, "The carrier's service; `standard` where it is left out.", example: "standard"))}}
        """#,
        "HandOverInput": #"""
        {"type":"object","additionalProperties":false,"examples":[{"trackingNumber":"JD0002"}],
        "properties":{
        "trackingNumber":\#(key(Bounds.reference, "Of a parcel that was booked by hand.", example: "JD0002", orNull: true)),
        "estimatedDelivery":\#(instant("When it should arrive, as far as people know.", orNull: true))}}
        """#,
        "ShipmentStepInput": #"""
        {"type":"object","additionalProperties":false,"description":"Nothing is said; an empty object or no body."}
        """#,
        "TrackingInput": #"""
        {"type":"object","additionalProperties":false,"required":["events"],
        "examples":[{"events":[{"code":"delivered","at":"2026-11-23T05:21:01.123Z"}]}],
        "properties":{
        "events":{"type":"array","minItems":1,"maxItems":\#(Bounds.trackingEvents),"items":{
        "type":"object","additionalProperties":false,"required":["code"],
        "properties":{
        "id":\#(key(Bounds.reference, "By which repeats are known; made of code and time where it is left out.", example: "e1")),
        "code":{"type":"string","enum":[\#(trackingCodes)],"examples":["delivered"]},
        "at":\#(instant("When it happened; now where it is left out.")),
        "note":\#(text(Bounds.reason, "Where or why, for people.", example: "Leeds depot", orNull: true)),
        "estimatedDelivery":\#(instant("When it should arrive, by that.", orNull: true))}}}}}
        """#,
        "CorrectionInput": #"""
        {"type":"object","additionalProperties":false,"required":["state"],
        "examples":[{"state":"inTransit","note":"delivered to the wrong door"}],
        "properties":{
        "state":{"type":"string","enum":[\#(trackingCodes)],"examples":["inTransit"],"description":"Where it stands."},
        "note":\#(text(Bounds.reason, "Why, for people.", example: "delivered to the wrong door", orNull: true))}}
        """#,
        "Punctuality": #"""
        {"type":"object","additionalProperties":false,"required":["items","next"],
        "properties":{"items":{"type":"array","items":{
        "type":"object","additionalProperties":false,
        "required":["carrier","arrived","inTime","late","unpromised","lateByHours"],
        "properties":{
        "carrier":{"type":"string","examples":["manual"]},
        "arrived":{"type":"integer","minimum":0,"examples":[120],"description":"Parcels that arrived."},
        "inTime":{"type":"integer","minimum":0,"examples":[100],"description":"Not after what was promised first."},
        "late":{"type":"integer","minimum":0,"examples":[12],"description":"After what was promised first."},
        "unpromised":{"type":"integer","minimum":0,"examples":[8],"description":"Of which nothing was promised."},
        "lateShare":{"type":"number","minimum":0,"maximum":1,"examples":[0.1071],
        "description":"Late ones among those of which something was promised."},
        "lateByHours":{"type":"array","description":"Late ones by how late they were, each in one span.","items":{
        "type":"object","additionalProperties":false,"required":["count"],"properties":{
        "upTo":{"type":"integer","minimum":1,"examples":[4],
        "description":"The span's upper end, in hours after the promise; left out of the last span."},
        "count":{"type":"integer","minimum":0,"examples":[5]}}}}}}},
        "next":\#(next)}}
        """#,
        "Shipment": #"""
        {"type":"object","additionalProperties":false,
        "required":["id","order","number","state","location","carrier","service","lines","grams","late","arrivedLate","events",
        "operations","createdAt","updatedAt","version"],
        "properties":{
        "id":\#(id(Shipment.self, "The id.")),
        "order":\#(id(Order.self, "Whose units are in it.")),
        "number":{"type":"integer","minimum":1,"examples":[1],"description":"Counts the shipments of the order."},
        "state":{"type":"string","enum":[\#(quoted(ShipmentState.allCases.map(\.rawValue)))],"examples":["inTransit"]},
        "stateAt":\#(reference("Time", "Since when, by the carrier's clock.")),
        "location":{"type":"string","examples":["main"],"description":"From where it leaves."},
        "carrier":{"type":"string","examples":["manual"]},
        "service":{"type":"string","examples":["standard"]},
        "lines":{"type":"array","minItems":1,"items":{
        "type":"object","additionalProperties":false,"required":["line","quantity"],
        "properties":{\#(lineNumber),"quantity":\#(quantity)}}},
        "grams":{"type":"integer","minimum":0,"examples":[680],"description":"Its weight, as far as the catalogue says."},
        "trackingNumber":{"type":"string","examples":["JD0002"]},
        "reference":{"type":"string","examples":["bk_1"],"description":"The carrier's id of the booking."},
        "estimatedDelivery":\#(reference("Time", "When it should arrive.")),
        "estimatedAt":\#(reference("Time", "When its carrier said so.")),
        "promisedBy":\#(reference("Time", "When it should arrive by the first word, by which its arrival is judged.")),
        "promisedAt":\#(reference("Time", "When its carrier said so first.")),
        "late":{"type":"boolean","examples":[false],"description":"Whether it is past its estimate and has not arrived."},
        "arrivedLate":{"type":"boolean","examples":[false],"description":"Whether it arrived after what was promised first."},
        "handedOverAt":\#(reference("Time", "When it left: by the carrier's clock as soon as that says so, by ours until then.")),
        "handedOverRecordedAt":\#(reference("Time", "When it was noted here that it left, by our clock.")),
        "carrierSince":\#(reference("Time", "The earliest that its carrier tells of it, by the carrier's clock.")),
        "deliveredAt":\#(reference("Time", "When it arrived, by the carrier's clock.")),
        "deliveredRecordedAt":\#(reference("Time", "When it was first heard here that it arrived, by our clock.")),
        "transitSeconds":{"type":"integer","minimum":0,"examples":[93600],
        "description":"How long it was on its way: from handedOverAt to deliveredAt, in whole seconds."},
        "correctedAt":\#(reference("Time", "Up to when nothing that its carrier says counts, because the desk corrected it.")),
        "events":{"type":"array","description":"Its tracking, in the order of the carrier's time.","items":\#(trackingEvent)},
        "operations":{"type":"array","description":"What its carrier was asked to do, in order.","items":\#(carrierOperation)},
        "createdAt":{"$ref":"#/components/schemas/Time"},
        "updatedAt":{"$ref":"#/components/schemas/Time"},
        "version":\#(version)}}
        """#,
        "ShipmentPage": page(of: "Shipment"),
        "Label": #"{"description":"A document to be printed, as the carrier made it."}"#,
        "CarrierNotice": #"{"description":"A message in the carrier's own form, with its signature in the headers."}"#,
    ]

    private static let trackingCodes = quoted(TrackingCode.allCases.map(\.rawValue))

    /// The schema of an instant.
    private static func instant(_ description: String, orNull: Bool = false) -> String {
        #"""
        {"type":\#(orNull ? #"["string","null"]"# : #""string""#),"format":"date-time",
        "examples":["2026-11-23T05:21:01.123Z"],"description":"\#(description)"}
        """#
    }

    private static let trackingEvent = #"""
        {"type":"object","additionalProperties":false,"required":["id","code","at","receivedAt"],
        "properties":{
        "id":{"type":"string","examples":["e1"],"description":"The carrier's id of the event."},
        "code":{"type":"string","enum":[\#(trackingCodes)],"examples":["inTransit"]},
        "at":\#(reference("Time", "When, by the carrier's clock.")),
        "receivedAt":\#(reference("Time", "When it was heard of here.")),
        "doubt":{"type":"string","enum":[\#(quoted(ClockDoubt.allCases.map(\.rawValue)))],"examples":["tooLate"],
        "description":"Why that time cannot be true; the event then counts from its receipt."},
        "correction":{"type":"boolean","examples":[true],"description":"Whether the desk said so, against its carrier."},
        "note":{"type":"string","examples":["Leeds depot"]},
        "estimatedDelivery":{"$ref":"#/components/schemas/Time"}}}
        """#

    private static let carrierOperation = #"""
        {"type":"object","additionalProperties":false,"required":["kind","key","state","tries"],
        "properties":{
        "kind":{"type":"string","enum":[\#(quoted(ShipmentOperation.Kind.allCases.map(\.rawValue)))]},
        "key":{"type":"string","description":"Names it at the carrier: one effect however often it is sent."},
        "state":{"type":"string","enum":[\#(quoted(ShipmentOperation.State.allCases.map(\.rawValue)))]},
        "tries":{"type":"integer","minimum":0,"examples":[1]},
        "firstTriedAt":{"$ref":"#/components/schemas/Time"},
        "code":{"type":"string","examples":["timeout"],"description":"Why it was refused, or what the last call met."}}}
        """#
}
