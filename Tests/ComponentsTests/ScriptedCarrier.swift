import Providers
import Synchronization
import Trading

/// A carrier in memory with its own bookings that may be unreachable, lose its answers or refuse.
final class ScriptedCarrier: Carrier {
    /// How the carrier behaves.
    enum Mood: Sendable {
        /// It performs every call and answers.
        case well
        /// No call reaches it.
        case away
        /// It performs every call, but every other answer is lost.
        case losesAnswers
        /// It refuses every booking.
        case refuses
    }

    private struct State {
        var mood = Mood.well
        var calls = 0
        var references: [String: String] = [:]
        var booked: [(reference: String, shipment: String)] = []
        var cancelled: Set<String> = []
        var events: [String: [CarrierEvent]] = [:]
        var losesNext = false
        var words = ""
    }

    let name: String
    private let state = Mutex(State())

    init(_ name: String) {
        self.name = name
    }

    func be(_ mood: Mood) { state.withLock { $0.mood = mood } }

    /// How many calls were made, whether or not they arrived.
    var calls: Int { state.withLock { $0.calls } }

    /// The shop's ids of the shipments that it booked, in order.
    var shipments: [String] { state.withLock { $0.booked.map(\.shipment) } }

    /// Bookings that were not cancelled.
    var active: [String] {
        state.withLock { state in state.booked.map(\.reference).filter { !state.cancelled.contains($0) } }
    }

    /// Sets the text that it prints on labels.
    func print(_ words: String) { state.withLock { $0.words = words } }

    /// Adds a tracking event to the parcel of a shipment.
    func happen(_ code: TrackingCode, to shipment: String, at time: Timestamp, note: String? = nil) {
        state.withLock { state in
            guard let parcel = state.booked.first(where: { $0.shipment == shipment }) else { return }
            let event = CarrierEvent(id: "\(parcel.reference)-\(code.rawValue)", code: code, at: time, note: note)
            state.events[parcel.reference, default: []].append(event)
        }
    }

    func book(_ request: BookingRequest, deadline: ContinuousClock.Instant) async -> ProviderAnswer<BookedParcel> {
        answer { state in
            if case .refuses = state.mood { return .refused(ProviderRefusal(code: "bad_address")) }
            let reference = state.references[request.key] ?? "\(name)-\(state.booked.count + 1)"
            if state.references.updateValue(reference, forKey: request.key) == nil {
                state.booked.append((reference, request.shipment))
            }
            return .done(BookedParcel(reference: reference, trackingNumber: "T\(reference)", estimatedDelivery: nil))
        }
    }

    func cancel(reference: String, key: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<Void> {
        answer { state in
            state.cancelled.insert(reference)
            return .done(())
        }
    }

    func label(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<ShippingLabel> {
        answer { state in
            .done(ShippingLabel(mediaType: "text/plain", bytes: Array("label \(reference)\(state.words)".utf8)))
        }
    }

    /// Returns every event twice, newest first.
    func track(reference: String, deadline: ContinuousClock.Instant) async -> ProviderAnswer<[CarrierEvent]> {
        answer { state in
            let events = state.events[reference] ?? []
            return .done(events.reversed() + events)
        }
    }

    /// It has no list.
    func bookings(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<BookingList> { .done(.unavailable) }

    /// Accepts a notice with the right secret word; the body is the event's id and the shipment's, separated by a space.
    func notice(
        headers: [(name: String, value: String)],
        body: [UInt8],
        now: Timestamp
    ) throws(NoticeRefusal) -> ProviderNotice {
        guard let word = headers.first(where: { $0.name.lowercased() == "x-word" })?.value else { throw .unsigned }
        guard word == "please" else { throw .forged }
        let parts = String(decoding: body, as: UTF8.self).split(separator: " ").map(String.init)
        guard parts.count == 2 else { throw .malformed }
        let isOurs = parts[1].hasPrefix("shp_")
        return ProviderNotice(
            id: parts[0],
            reference: isOurs ? nil : parts[1],
            subject: isOurs ? parts[1] : nil,
            type: "moved"
        )
    }

    private func answer<Value>(_ act: (inout State) -> ProviderAnswer<Value>) -> ProviderAnswer<Value> {
        state.withLock { state in
            state.calls += 1
            switch state.mood {
            case .away: return .notDone(ProviderTrouble(code: "connect"))
            case .well, .refuses: return act(&state)
            case .losesAnswers:
                let done = act(&state)
                state.losesNext.toggle()
                return state.losesNext ? .unknown(ProviderTrouble(code: "timeout")) : done
            }
        }
    }
}
