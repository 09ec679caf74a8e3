// A carrier with books of its own: it books a key once, and reports a parcel's events late, repeatedly and in any order.

import Ledger
import Providers
import Trading

final class SimulatedCarrier {
    struct Parcel {
        let reference: String
        let shipment: String
        let bookedAt: Timestamp
        var isCancelled = false
        var isCollected = false
        var events: [CarrierEvent] = []
    }

    static let name = "carrier"

    private unowned let world: World
    private let outages: Outages
    private(set) var parcels: [Parcel] = []
    private var bookings: [String: Int] = [:]
    private var notices = 0

    init(world: World) {
        self.world = world
        outages = Outages(&world.dice, from: world.now)
    }

    var isDown: Bool { world.areFaultsOn && outages.contain(world.now) }

    // MARK: What it is asked

    func book(_ request: BookingRequest) -> ProviderAnswer<BookedParcel> {
        let index: Int
        if let known = bookings[request.key] {
            index = known
        } else {
            parcels.append(
                Parcel(reference: "bk-\(parcels.count + 1)", shipment: request.shipment, bookedAt: world.now)
            )
            index = parcels.count - 1
            bookings[request.key] = index
            world.note("carrier: \(request.key) is \(parcels[index].reference)")
        }
        let parcel = parcels[index]
        return .done(
            BookedParcel(
                reference: parcel.reference,
                trackingNumber: "T-\(parcel.reference)",
                estimatedDelivery: parcel.bookedAt.adding(seconds: 7200)
            )
        )
    }

    func cancel(_ reference: String) -> ProviderAnswer<Void> {
        guard let index = index(reference) else { return .refused(ProviderRefusal(code: "not_found")) }
        guard !parcels[index].isCollected else { return .refused(ProviderRefusal(code: "collected")) }
        parcels[index].isCancelled = true
        return .done(())
    }

    func label(_ reference: String) -> ProviderAnswer<ShippingLabel> {
        guard index(reference) != nil else { return .refused(ProviderRefusal(code: "not_found")) }
        return .done(ShippingLabel(mediaType: "text/plain", bytes: Array(reference.utf8)))
    }

    func track(_ reference: String) -> ProviderAnswer<[CarrierEvent]> {
        guard let index = index(reference) else { return .refused(ProviderRefusal(code: "not_found")) }
        var told = parcels[index].events
        if world.areFaultsOn {
            told.shuffle(using: &world.dice)
            if let last = told.last, world.dice.chance(300) { told.append(last) }
            if told.count > 1, world.dice.chance(300) { told.removeLast() }
        }
        return .done(told)
    }

    // MARK: What it does by itself

    /// Collects a parcel; its later events happen by themselves.
    func collect(_ reference: String) {
        guard let index = index(reference), !parcels[index].isCollected else { return }
        parcels[index].isCollected = true
        let ends: [[TrackingCode]] = [
            [.delivered], [.delivered], [.delivered], [.deliveryFailed, .delivered],
            [.deliveryFailed, .returning, .returned], [.lost],
        ]
        var after: Int64 = 0
        for code in [.handedOver, .inTransit, .outForDelivery] + world.dice.pick(ends) {
            after += world.dice.number(1000...1_200_000)
            world.time.after(after) { [self] in happen(code, index) }
        }
    }

    private func happen(_ code: TrackingCode, _ index: Int) {
        let number = parcels[index].events.count + 1
        let event = CarrierEvent(id: "\(parcels[index].reference)-\(number)", code: code, at: world.now)
        parcels[index].events.append(event)
        notices += 1
        let notice = TakeCarrierNotice(
            carrier: Self.name,
            event: "evt-\(notices)",
            type: code.rawValue,
            shipment: ID(parcels[index].shipment)
        )
        for _ in 0..<world.dice.number(0...2) {
            world.time.after(world.dice.number(10...120_000)) { [world] in
                world.dice.pick(world.processes).submit(notice)
            }
        }
    }

    private func index(_ reference: String) -> Int? {
        parcels.firstIndex { $0.reference == reference }
    }
}
