import Testing
import Trading

@Suite("A parcel and its carrier")
struct ShipmentTests {
    typealias Examples = ShipmentExamples

    /// An action on a parcel.
    enum Action: CaseIterable {
        case cancel, handOver, track

        var allowed: Set<ShipmentState> {
            switch self {
            case .cancel: [.packed, .booked]
            case .handOver: [.booked]
            case .track: Set(ShipmentState.allCases).subtracting([.packed, .cancelled])
            }
        }

        func act(on shipment: inout Shipment) throws(ShipmentRefusal) {
            let now = Examples.start.adding(seconds: 50)
            switch self {
            case .cancel: try shipment.cancel(isUnclaimed: false, at: now)
            case .handOver: try shipment.handOver(at: now)
            case .track: _ = try shipment.track([Examples.event(.delivered, 40, id: "new")], at: now)
            }
        }
    }

    @Test("every state allows what it allows, and a refusal changes nothing", arguments: Action.allCases)
    func table(_ action: Action) throws {
        for state in ShipmentState.allCases {
            let before = try Examples.shipment(in: state)
            #expect(before.state == state)
            var shipment = before
            if action.allowed.contains(state) {
                try action.act(on: &shipment)
                #expect(shipment.version == before.version + 1)
            } else {
                let refusal: ShipmentRefusal =
                    state == .packed && action != .cancel ? .notBooked : .wrongState(state)
                #expect(throws: refusal) { try action.act(on: &shipment) }
                #expect(shipment == before)
            }
        }
    }

    @Test("a parcel that is booked by hand leaves as it was packed, with the number that people give")
    func manual() throws {
        var shipment = Examples.packed(carrier: Shipment.manualCarrier)
        #expect(shipment.operations.isEmpty)
        #expect(shipment.trackingCall == nil)
        let estimate = Examples.start.adding(seconds: 100)
        try shipment.handOver(trackingNumber: "M1", estimatedDelivery: estimate, at: Examples.start)
        #expect(shipment.state == .handedOver)
        #expect(shipment.trackingNumber == "M1")
        #expect(shipment.lateFrom == estimate)
    }

    @Test("a booking is sent under one key until it is answered, and its label is fetched next")
    func booking() throws {
        var shipment = Examples.packed()
        let call = CarrierCall.book(key: "\(shipment.id)-1")
        let now = Examples.start
        var effect = CarrierEffect.none
        #expect(shipment.call(.book) == call)
        effect = shipment.recordBooking(.notDone(code: "connect"), claims: 1, at: now)
        #expect(effect == .none)
        #expect(shipment.call(.book) == call)
        #expect(shipment.operation(.book)?.state == .pending)
        effect = shipment.recordBooking(.unknown(code: "timeout"), claims: 1, at: now)
        #expect(effect == .none)
        effect = shipment.recordBooking(.notDone(code: "connect"), claims: 1, at: now)
        #expect(effect == .none)
        #expect(shipment.operation(.book)?.state == .unknown, "what may have been done stays unknown")
        #expect(shipment.call(.book) == call)
        #expect(
            shipment.due(.book, retryAfterSeconds: 0, at: now) == now.adding(seconds: 2),
            "what never got there counts no try"
        )
        #expect(shipment.due(.book, retryAfterSeconds: 60, at: now) == now.adding(seconds: 60))
        #expect(shipment.call(.label) == nil && shipment.trackingCall == nil)
        effect = shipment.recordBooking(.done(Examples.parcel), claims: 1, at: now)
        #expect(effect == .done)
        #expect(shipment.state == .booked)
        #expect(shipment.trackingNumber == "TN1")
        #expect(shipment.call(.book) == nil)
        #expect(shipment.call(.label) == .label(reference: "bk_1"))
        #expect(shipment.trackingCall == .track(reference: "bk_1"))
        effect = shipment.recordBooking(.done(Examples.parcel), claims: 1, at: now)
        #expect(effect == .dropped, "it was answered before")
        effect = shipment.recordLabel(.done(Acknowledged()), at: now)
        #expect(effect == .done)
        #expect(shipment.call(.label) == nil)
        #expect(Set(shipment.operations.map(\.key)).count == 2)
    }

    @Test("a refused booking leaves the parcel packed, to be cancelled and packed again")
    func refusedBooking() throws {
        var shipment = Examples.packed()
        let effect = shipment.recordBooking(.refused(code: "bad_address"), claims: 1, at: Examples.start)
        #expect(effect == .refused(code: "bad_address"))
        #expect(shipment.state == .packed)
        #expect(shipment.call(.book) == nil)
        #expect(throws: ShipmentRefusal.notBooked) { try shipment.handOver(at: Examples.start) }
        try shipment.cancel(isUnclaimed: false, at: Examples.start)
        #expect(shipment.operations.allSatisfy { !$0.isOpen })
    }

    /// The state of a booking when its parcel was cancelled, and what is then requested from the carrier.
    @Test("a cancelled parcel leaves no booking behind, whatever was under way")
    func cancelling() throws {
        let now = Examples.start
        var effect = CarrierEffect.none
        var untouched = Examples.packed()
        try untouched.cancel(isUnclaimed: true, at: now)
        #expect(untouched.call(.book) == nil && untouched.call(.cancel) == nil)

        var underWay = Examples.packed()
        try underWay.cancel(isUnclaimed: false, at: now)
        #expect(underWay.call(.book) != nil, "its own key finds out")
        var notDone = underWay
        effect = notDone.recordBooking(.notDone(code: "connect"), claims: 1, at: now)
        #expect(effect == .dropped)
        #expect(notDone.operations.allSatisfy { !$0.isOpen })
        var unanswered = underWay
        effect = unanswered.recordBooking(.notDone(code: "connect"), claims: 2, at: now)
        #expect(effect == .none)
        #expect(unanswered.call(.book) != nil, "what was sent under the claim before is not known")
        effect = underWay.recordBooking(.unknown(code: "timeout"), claims: 1, at: now)
        #expect(effect == .none)
        effect = underWay.recordBooking(.notDone(code: "connect"), claims: 1, at: now)
        #expect(effect == .none)
        effect = underWay.recordBooking(.done(Examples.parcel), claims: 1, at: now)
        #expect(effect == .done)
        #expect(underWay.state == .cancelled)
        #expect(underWay.call(.cancel) == .cancel(reference: "bk_1", key: "\(underWay.id)-2"))
        #expect(underWay.call(.label) == nil)

        var booked = try Examples.shipment(in: .booked)
        try booked.cancel(isUnclaimed: false, at: now)
        #expect(booked.call(.label) == nil && booked.trackingCall == nil)
        #expect(booked.call(.cancel) == .cancel(reference: "bk_1", key: "\(booked.id)-3"))
        effect = booked.recordCancel(.refused(code: "collected"), at: now)
        #expect(effect == .refused(code: "collected"))
        #expect(booked.call(.cancel) == nil && booked.state == .cancelled)
    }

    @Test("waits double from two seconds to half a minute")
    func backoff() {
        #expect([0, 1, 2, 3, 6, 7, 99].map(CarrierBackoff.seconds) == [2, 2, 4, 8, 30, 30, 30])
    }
}
