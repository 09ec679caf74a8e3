import JSON
import Trading

/// A line of the delivery sandbox's journal.
enum ParcelEntry: SandboxEntry {
    /// A parcel was booked, with all its steps.
    case booked(Parcel, RequestKey)
    /// A booking was cancelled; the time is nil in journals of earlier releases.
    case cancelled(booking: String, at: Timestamp?, RequestKey)

    func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .booked(let parcel, let key):
                Self.write(key, to: &json)
                Self.write(parcel, to: &json)
            case .cancelled(let booking, let time, let key):
                Self.write(key, to: &json)
                json.member("cancelled", booking)
                if let time { json.member("at", time.milliseconds) }
            }
        }
    }

    private static func write(_ key: RequestKey, to json: inout JSONWriter) {
        json.member("key", key.text)
        json.member("fingerprint", Int64(bitPattern: key.fingerprint))
    }

    private static func write(_ parcel: Parcel, to json: inout JSONWriter) {
        json.member("id", parcel.id)
        json.member("number", parcel.trackingNumber)
        json.member("shipment", parcel.shipment)
        json.member("order", parcel.order)
        json.member("contents", parcel.contents)
        json.member("from", parcel.from)
        json.key("to")
        json.texts(parcel.to)
        json.member("service", parcel.service)
        json.member("grams", parcel.grams)
        json.member("at", parcel.bookedAt.milliseconds)
        json.member("estimate", parcel.estimatedDelivery.milliseconds)
        json.key("steps")
        json.array { json in
            for step in parcel.steps {
                json.object { json in
                    json.member("code", step.code)
                    json.member("at", step.at.milliseconds)
                    json.member("note", step.note)
                }
            }
        }
    }

    init(_ json: inout JSONReader) throws(JSONError) {
        var line = Line()
        try json.object { json, name throws(JSONError) in try line.read(name, &json) }
        let key = RequestKey(text: line.key, fingerprint: line.fingerprint)
        let time = line.at == 0 ? nil : Timestamp(milliseconds: line.at)
        self = line.cancelled.map { .cancelled(booking: $0, at: time, key) } ?? .booked(line.parcel, key)
    }

    /// The members of a line.
    private struct Line {
        var (key, id, number, shipment, from, service) = ("", "", "", "", "", "")
        // Journals of earlier releases have neither.
        var (order, contents) = ("", "")
        var cancelled: String?
        var fingerprint: UInt64 = 0
        var (grams, at, estimate): (Int64, Int64, Int64) = (0, 0, 0)
        var to: [String: String] = [:]
        var steps: [Parcel.Step] = []

        mutating func read(_ name: String, _ json: inout JSONReader) throws(JSONError) {
            switch name {
            case "key": key = try json.string()
            case "fingerprint": fingerprint = UInt64(bitPattern: try json.int64())
            case "cancelled": cancelled = try json.string()
            case "id": id = try json.string()
            case "number": number = try json.string()
            case "shipment": shipment = try json.string()
            case "order": order = try json.string()
            case "contents": contents = try json.string(maxBytes: PackedContents.maxBytes)
            case "from": from = try json.string()
            case "to": to = try json.texts()
            case "service": service = try json.string()
            case "grams": grams = try json.int64()
            case "at": at = try json.int64()
            case "estimate": estimate = try json.int64()
            case "steps":
                try json.array { json, _ throws(JSONError) in steps.append(try Self.step(&json)) }
            default: throw json.unknown(name)
            }
        }

        private static func step(_ json: inout JSONReader) throws(JSONError) -> Parcel.Step {
            var (code, at, note) = ("", Int64(0), "")
            try json.object { json, name throws(JSONError) in
                switch name {
                case "code": code = try json.string()
                case "at": at = try json.int64()
                case "note": note = try json.string()
                default: throw json.unknown(name)
                }
            }
            return Parcel.Step(code: code, at: Timestamp(milliseconds: at), note: note)
        }

        var parcel: Parcel {
            Parcel(
                id: id,
                trackingNumber: number,
                shipment: shipment,
                order: order,
                contents: contents,
                from: from,
                to: to,
                service: service,
                grams: grams,
                bookedAt: Timestamp(milliseconds: at),
                estimatedDelivery: Timestamp(milliseconds: estimate),
                steps: steps
            )
        }
    }
}

extension JSONReader {
    /// Reads an object whose members are all strings.
    mutating func texts(maxBytes: Int = 500) throws(JSONError) -> [String: String] {
        var texts: [String: String] = [:]
        try object { json, name throws(JSONError) in texts[name] = try json.string(maxBytes: maxBytes) }
        return texts
    }
}

extension JSONWriter {
    /// Writes an object whose members are all strings, by name.
    mutating func texts(_ texts: [String: String]) {
        object { json in
            for (name, value) in texts.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                json.string(value)
            }
        }
    }
}
