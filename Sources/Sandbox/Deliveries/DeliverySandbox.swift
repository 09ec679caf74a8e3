// The delivery sandbox: a carrier that moves parcels by a clock of its own.

import Hummingbird
import JSON
import ServiceLifecycle
import SplitMix
import Synchronization
import Trading

/// The routes of the delivery sandbox, and the clock that reports each step.
struct DeliverySandbox: Service {
    /// The faults that it supports.
    static let faults = FaultKind.common.union([.deliveryFailed, .returnToSender, .parcelLost])
    /// Steps within this time before a start may not have been reported, and are reported again.
    private static let retoldSeconds: Int64 = 60

    private let desk: Desk<ParcelBook>
    private let dice: FaultDice
    private let webhooks: SandboxWebhookSender?
    private let plan: ParcelPlan
    private let clock: ParcelClock

    init(desk: Desk<ParcelBook>, speed: Double, seed: UInt64, dice: FaultDice, webhooks: SandboxWebhookSender?) {
        self.desk = desk
        self.dice = dice
        self.webhooks = webhooks
        plan = ParcelPlan(speed: speed)
        clock = ParcelClock(seed: seed)
        let since = Timestamp.now.adding(seconds: -Self.retoldSeconds)
        desk.peek { book in
            for parcel in book.parcels where !parcel.isCancelled { clock.add(parcel, from: since) }
        }
    }

    /// Mounts the routes.
    func mount(on router: SandboxRouter) {
        router.on(.post, "/bookings") { call throws(SandboxRefusal) in try await book(call) }
        router.on(.get, "/bookings") { call throws(SandboxRefusal) in try await list(call) }
        router.on(.get, "/bookings/{id}") { call throws(SandboxRefusal) in
            Self.answer(try await parcel(call))
        }
        router.on(.post, "/bookings/{id}/cancel") { call throws(SandboxRefusal) in
            let id = try call.path("id")
            let (_, key) = try await call.keyed { json throws(JSONError) in
                try json.object { json, name throws(JSONError) in throw json.unknown(name) }
            }
            return Self.answer(
                try await desk.decide { book throws(SandboxRefusal) in try book.cancel(id, key, .now) }
            )
        }
        router.on(.get, "/bookings/{id}/label") { call throws(SandboxRefusal) in
            .bytesOf("application/pdf", ParcelLabel.pdf(try await parcel(call)))
        }
        router.on(.get, "/bookings/{id}/events") { call throws(SandboxRefusal) in
            let parcel = try await parcel(call)
            var json = JSONWriter()
            json.object { json in
                json.key("events")
                json.array { json in
                    for place in parcel.happened(by: .now).indices { Self.write(place, of: parcel, to: &json) }
                }
            }
            return .sandbox(json.bytes)
        }
    }

    /// Reports each step when it is due.
    func run() async throws {
        // Cancellation ends it, when the sandbox ends.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: .milliseconds(20))
                for (id, place) in clock.due(.now) { tell(id, place) }
            }
        }
    }

    private func tell(_ id: String, _ place: Int) {
        guard let webhooks, let parcel = desk.peek({ $0.parcel(id) }), !parcel.isCancelled else { return }
        let step = parcel.steps[place]
        webhooks.send(
            SandboxWebhookMessage(id: parcel.eventID(place), type: "parcel.\(step.code)", at: step.at, subject: id) {
                json in
                json.member("booking", parcel.id)
                json.member("shipment", parcel.shipment)
                json.key("event")
                Self.write(place, of: parcel, to: &json)
            }
        )
    }

    private func book(_ call: SandboxCall) async throws(SandboxRefusal) -> Response {
        let (request, key) = try await call.keyed(Self.request)
        let fate = fate()
        let parcel = try await desk.decide { book throws(SandboxRefusal) in
            let (parcel, entry) = try book.book(key) { make(request, fate) }
            if entry != nil { clock.add(parcel, from: parcel.bookedAt) }
            return (parcel, entry)
        }
        return Self.answer(parcel)
    }

    private func make(_ request: ParcelRequest, _ fate: ParcelFate) -> Parcel {
        let now = Timestamp.now
        let isExpress = request.service == "express"
        return Parcel(
            id: SandboxID.fresh(SandboxID.BookingMark.self, at: now),
            trackingNumber: clock.nextNumber(),
            shipment: request.shipment,
            order: request.order,
            contents: request.contents,
            from: request.from,
            to: request.to,
            service: request.service,
            grams: request.grams,
            bookedAt: now,
            estimatedDelivery: plan.estimate(isExpress: isExpress, from: now),
            steps: clock.draw { random in plan.steps(fate, isExpress: isExpress, from: now, &random) }
        )
    }

    private func fate() -> ParcelFate {
        if dice.roll(.parcelLost) != nil { return .lost }
        if dice.roll(.returnToSender) != nil { return .returned }
        return dice.roll(.deliveryFailed) == nil ? .delivered : .deliveredLater
    }

    private func parcel(_ call: SandboxCall) async throws(SandboxRefusal) -> Parcel {
        let id = try call.path("id")
        guard let parcel = try await desk.read({ $0.parcel(id) }) else { throw .notFound("booking") }
        return parcel
    }

    private func list(_ call: SandboxCall) async throws(SandboxRefusal) -> Response {
        let limit = try call.integer("limit", in: 1...500, or: 100)
        let after = try call.integer("after", in: 0...Int.max, or: 0)
        let shipment = call.query("shipment")
        let from = try call.time("from", or: .earliest)
        let to = try call.time("to", or: .latest)
        let (parcels, next) = try await desk.read { book -> ([Parcel], Int?) in
            if let shipment { return (book.parcels(of: shipment), nil) }
            return book.changed(from: from, to: to, after: after, limit: limit)
        }
        var json = JSONWriter()
        json.object { json in
            json.key("bookings")
            json.array { json in
                for parcel in parcels { Self.write(parcel, to: &json) }
            }
            json.key("next")
            if let next { json.string(String(next)) } else { json.null() }
        }
        return .sandbox(json.bytes)
    }
}

/// The times of steps to report, and the numbers and random choices of new parcels.
private final class ParcelClock: Sendable {
    private struct State {
        var table = Timetable<(String, Int)>(from: .now)
        var random: SplitMix64
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(random: SplitMix64(seed: seed, purpose: "parcels")))
    }

    func add(_ parcel: Parcel, from time: Timestamp) {
        state.withLock { state in
            for (place, step) in parcel.steps.enumerated() where step.at >= time {
                state.table.add((parcel.id, place), at: step.at)
            }
        }
    }

    func due(_ now: Timestamp) -> [(String, Int)] {
        state.withLock { $0.table.due(now) }
    }

    func draw<Value>(_ body: (inout SplitMix64) -> Value) -> Value {
        state.withLock { body(&$0.random) }
    }

    /// `SBX` and twelve random digits; the chance that two parcels share them is one in a million million.
    func nextNumber() -> String {
        "SBX" + String(Int64.random(in: 100_000_000_000...999_999_999_999))
    }
}

extension DeliverySandbox {
    /// `{"shipment", "order", "contents", "from", "to", "service", "grams"}`.
    private static func request(_ json: inout JSONReader) throws(JSONError) -> ParcelRequest {
        var request = ParcelRequest(
            shipment: "",
            order: "",
            contents: "",
            from: "",
            to: [:],
            service: "standard",
            grams: 0
        )
        try json.object { json, name throws(JSONError) in
            switch name {
            case "shipment": request.shipment = try json.string(maxBytes: 200)
            case "order": request.order = try json.string(maxBytes: 200)
            case "contents": request.contents = try json.string(maxBytes: PackedContents.maxBytes)
            case "from": request.from = try json.string(maxBytes: 200)
            case "to": request.to = try json.texts()
            case "service": request.service = try json.string(maxBytes: 50)
            case "grams": request.grams = try json.int64(in: 0...1_000_000_000)
            default: throw json.unknown(name)
            }
        }
        guard !request.shipment.isEmpty else { throw json.missing("shipment") }
        return request
    }

    private static func answer(_ parcel: Parcel) -> Response {
        var json = JSONWriter()
        write(parcel, to: &json)
        return .sandbox(json.bytes)
    }

    private static func write(_ parcel: Parcel, to json: inout JSONWriter) {
        json.object { json in
            json.member("booking", parcel.id)
            json.member("shipment", parcel.shipment)
            json.member("order", parcel.order)
            json.member("contents", parcel.contents)
            json.member("from", parcel.from)
            json.member("trackingNumber", parcel.trackingNumber)
            json.member("service", parcel.service)
            json.member("grams", parcel.grams)
            json.member("bookedAt", "\(parcel.bookedAt)")
            json.member("estimatedDelivery", "\(parcel.estimatedDelivery)")
            json.member("cancelled", parcel.isCancelled)
            json.member("state", parcel.happened(by: .now).last?.code ?? "booked")
        }
    }

    private static func write(_ place: Int, of parcel: Parcel, to json: inout JSONWriter) {
        let step = parcel.steps[place]
        json.object { json in
            json.member("id", parcel.eventID(place))
            json.member("code", step.code)
            json.member("at", "\(step.at)")
            json.member("note", step.note)
            json.member("estimatedDelivery", "\(parcel.estimatedDelivery)")
        }
    }
}
