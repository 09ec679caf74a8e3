import Ledger
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
        "Shipment": Shipment.jsonSchema(""),
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
}
