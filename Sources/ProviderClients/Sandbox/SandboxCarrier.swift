import Bytes
import JSON
import NIOHTTP1
import Providers
import Trading

/// The delivery sandbox as a carrier.
///
/// Source: `docs/sandbox.md`.
public struct SandboxCarrier: Carrier {
    /// Its name.
    public let name: String
    private let client: ProviderClient
    private let signature: WebhookSignature?

    /// The sandbox behind `client`.
    ///
    /// - Parameter signature: checks its webhooks; without it all are rejected.
    public init(name: String = "sandbox", client: ProviderClient, signature: WebhookSignature?) {
        self.name = name
        self.client = client
        self.signature = signature
    }

    /// Books a parcel.
    public func book(
        _ request: BookingRequest,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<BookedParcel> {
        var json = JSONWriter()
        json.object { json in
            json.member("shipment", request.shipment)
            json.member("order", request.order)
            json.member("contents", request.contents)
            json.member("from", request.from)
            json.key("to")
            json.object { json in
                for (name, value) in request.to.sorted(by: { $0.key < $1.key }) {
                    json.key(name)
                    json.string(value)
                }
            }
            json.member("service", request.service)
            json.member("grams", request.grams)
        }
        let call = ProviderRequest("book", .POST, "/bookings")
            .header("idempotency-key", request.key).body(json.bytes, "application/json")
        return await client.call(call, deadline: deadline) { reply in
            SandboxReply.rules.answer(reply, words: SandboxReply.words) { reply throws(JSONError) in
                .done(try reply.json { json throws(JSONError) in try BookedParcel(sandbox: &json) })
            }
        }
    }

    /// Cancels a booking; `refused` once the parcel was handed over.
    public func cancel(
        reference: String,
        key: String,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<Void> {
        let call = ProviderRequest("cancel", .POST, path(reference, "cancel"))
            .header("idempotency-key", key).body(Array("{}".utf8), "application/json")
        return await client.call(call, deadline: deadline) { reply in
            SandboxReply.rules.answer(reply, words: SandboxReply.words) { _ throws(JSONError) in .done(()) }
        }
    }

    /// The label of a booking.
    public func label(
        reference: String,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ShippingLabel> {
        let call = ProviderRequest("label", .GET, path(reference, "label"))
        return await client.call(call, deadline: deadline) { reply in
            SandboxReply.rules.answer(reply, words: SandboxReply.words) { reply throws(JSONError) in
                guard !reply.mediaType.isEmpty, !reply.body.isEmpty else {
                    return .unknown(ProviderTrouble(code: "nonsense", detail: "a label without a type or bytes"))
                }
                return .done(ShippingLabel(mediaType: reply.mediaType, bytes: reply.body))
            }
        }
    }

    /// All tracking events of a parcel so far, by the sandbox's clock.
    public func track(
        reference: String,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<[CarrierEvent]> {
        let call = ProviderRequest("track", .GET, path(reference, "events"))
        return await client.call(call, deadline: deadline) { reply in
            SandboxReply.rules.answer(reply, words: SandboxReply.words) { reply throws(JSONError) in
                .done(try reply.json { json throws(JSONError) in try Self.events(&json) })
            }
        }
    }

    /// A page of the sandbox's bookings that were made or cancelled in a span of time.
    public func bookings(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<BookingList> {
        var path = "/bookings?limit=200&from=\(PercentEncoding.encode("\(from)"))&to=\(PercentEncoding.encode("\(to)"))"
        if let cursor { path += "&after=" + PercentEncoding.encode(cursor) }
        return await client.call(ProviderRequest("list", .GET, path), deadline: deadline) { reply in
            SandboxReply.rules.answer(reply, words: SandboxReply.words) { reply throws(JSONError) in
                .done(try reply.json { json throws(JSONError) in try BookingList(sandbox: &json) })
            }
        }
    }

    /// Reads a webhook of the sandbox.
    public func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice {
        try SandboxNotice.read(headers: headers, body: body, now: now, signature: signature, subject: "shipment")
    }

    private func path(_ reference: String, _ part: String) -> String {
        "/bookings/\(PercentEncoding.encode(reference))/\(part)"
    }

    private static func events(_ json: inout JSONReader) throws(JSONError) -> [CarrierEvent] {
        var events: [CarrierEvent] = []
        try json.object { json, name throws(JSONError) in
            guard name == "events" else { return try json.skip() }
            try json.array { json, _ throws(JSONError) in
                // An event with an unknown code is skipped.
                if let event = try CarrierEvent(sandbox: &json) { events.append(event) }
            }
        }
        return events
    }
}

extension BookedParcel {
    /// Reads a booking in the sandbox's format.
    init(sandbox json: inout JSONReader) throws(JSONError) {
        var (id, number, estimate): (String?, String?, String?)
        try json.object { json, name throws(JSONError) in
            switch name {
            case "booking": id = try json.text()
            case "trackingNumber": number = try json.text()
            case "estimatedDelivery": estimate = try json.text()
            default: try json.skip()
            }
        }
        self.init(
            reference: try json.required(id, "booking"),
            trackingNumber: try json.required(number, "trackingNumber"),
            estimatedDelivery: estimate.flatMap { Timestamp($0) }
        )
    }
}

extension BookingList {
    /// Reads a page.
    fileprivate init(sandbox json: inout JSONReader) throws(JSONError) {
        var bookings: [CarrierBooking]?
        var next: String?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "bookings":
                var list: [CarrierBooking] = []
                try json.array { json, _ throws(JSONError) in list.append(try CarrierBooking(sandbox: &json)) }
                bookings = list
            case "next": next = try json.text()
            default: try json.skip()
            }
        }
        self = .page(try json.required(bookings, "bookings"), next: next)
    }
}

extension CarrierBooking {
    /// Reads a booking as the sandbox lists it.
    fileprivate init(sandbox json: inout JSONReader) throws(JSONError) {
        var texts: [String: String] = [:]
        var grams: Int64?
        var isCancelled: Bool?
        try json.object { json, name throws(JSONError) in
            switch name {
            case "grams": grams = try json.int64()
            case "cancelled": isCancelled = try json.bool()
            case "booking", "trackingNumber", "estimatedDelivery", "shipment", "order", "contents", "from", "service",
                "state", "bookedAt":
                texts[name] = try json.text()
            default: try json.skip()
            }
        }
        guard let bookedAt = Timestamp(try json.required(texts["bookedAt"], "bookedAt")) else {
            throw json.failure(.invalidValue, "not a time")
        }
        // What the shop did not say is empty.
        func told(_ name: String) -> String? { texts[name].flatMap { $0.isEmpty ? nil : $0 } }
        let hasLeft = try json.required(texts["state"], "state") != "booked"
        self.init(
            BookedParcel(
                reference: try json.required(texts["booking"], "booking"),
                trackingNumber: try json.required(texts["trackingNumber"], "trackingNumber"),
                estimatedDelivery: texts["estimatedDelivery"].flatMap { Timestamp($0) }
            ),
            shipment: told("shipment"),
            order: told("order"),
            contents: told("contents"),
            from: try json.required(texts["from"], "from"),
            service: try json.required(texts["service"], "service"),
            grams: try json.required(grams, "grams"),
            state: try json.required(isCancelled, "cancelled") ? .cancelled : hasLeft ? .left : .booked,
            bookedAt: bookedAt
        )
    }
}

extension CarrierEvent {
    /// Reads an event; nil for an unknown code.
    init?(sandbox json: inout JSONReader) throws(JSONError) {
        var (id, code, at, note, estimate): (String?, String?, String?, String?, String?)
        try json.object { json, name throws(JSONError) in
            switch name {
            case "id": id = try json.text()
            case "code": code = try json.text()
            case "at": at = try json.text()
            case "note": note = try json.text()
            case "estimatedDelivery": estimate = try json.text()
            default: try json.skip()
            }
        }
        guard let time = Timestamp(try json.required(at, "at")) else {
            throw json.failure(.invalidValue, "not a time")
        }
        guard let known = TrackingCode(rawValue: try json.required(code, "code")) else { return nil }
        self.init(
            id: try json.required(id, "id"),
            code: known,
            at: time,
            note: note,
            estimatedDelivery: estimate.flatMap { Timestamp($0) }
        )
    }
}
