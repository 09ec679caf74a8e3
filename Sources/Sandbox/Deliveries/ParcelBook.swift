import Trading

/// A parcel to book.
struct ParcelRequest: Sendable {
    var shipment: String
    var order: String
    var contents: String
    var from: String
    var to: [String: String]
    var service: String
    var grams: Int64
}

/// Every parcel that was booked at the delivery sandbox.
struct ParcelBook: SandboxBook {
    /// All parcels, in the order of their booking.
    private(set) var parcels: [Parcel] = []
    private var places: [String: Int] = [:]
    private var placesByShipment: [String: [Int]] = [:]
    private var keys = KeyTable<Int>()

    init() {}

    /// The parcel with this id.
    func parcel(_ id: String) -> Parcel? {
        places[id].map { parcels[$0] }
    }

    /// The parcels of a shipment; several only if the shop booked it more than once.
    func parcels(of shipment: String) -> [Parcel] {
        placesByShipment[shipment, default: []].map { parcels[$0] }
    }

    /// Parcels that were booked or cancelled in a span of time, at most `limit` of them, and where the next begin.
    func changed(from: Timestamp, to: Timestamp, after place: Int, limit: Int) -> ([Parcel], Int?) {
        var found: [Parcel] = []
        for index in parcels.indices.dropFirst(place) where parcels[index].changed(from: from, to: to) {
            guard found.count < limit else { return (found, index) }
            found.append(parcels[index])
        }
        return (found, nil)
    }

    /// Books a parcel, or returns what the key booked.
    ///
    /// - Parameter make: makes the parcel, for a new key.
    func book(_ key: RequestKey, _ make: () -> Parcel) throws(SandboxRefusal) -> (Parcel, ParcelEntry?) {
        if let earlier = try keys.earlier(key) { return (parcels[earlier], nil) }
        let parcel = make()
        return (parcel, .booked(parcel, key))
    }

    /// Cancels a booking; repeats the answer for a known key.
    func cancel(_ id: String, _ key: RequestKey, _ now: Timestamp) throws(SandboxRefusal) -> (Parcel, ParcelEntry?) {
        if let earlier = try keys.earlier(key) { return (parcels[earlier], nil) }
        guard let parcel = parcel(id) else { throw .notFound("booking") }
        guard parcel.happened(by: now).isEmpty else { throw .wrongState("the parcel was handed over") }
        var cancelled = parcel
        cancelled.cancelledAt = parcel.cancelledAt ?? now
        return (cancelled, .cancelled(booking: id, at: now, key))
    }

    mutating func apply(_ entry: ParcelEntry) {
        switch entry {
        case .booked(let parcel, let key):
            keys.note(key, parcels.count)
            places[parcel.id] = parcels.count
            placesByShipment[parcel.shipment, default: []].append(parcels.count)
            parcels.append(parcel)
        case .cancelled(let id, let time, let key):
            guard let place = places[id] else { break }
            keys.note(key, place)
            // A journal of an earlier release does not say when.
            parcels[place].cancelledAt = parcels[place].cancelledAt ?? time ?? parcels[place].bookedAt
        }
    }
}
