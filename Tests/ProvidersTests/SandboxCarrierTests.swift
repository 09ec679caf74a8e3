import Foundation
import Testing
import Trading

@testable import ProviderClients
@testable import Providers
@testable import Sandbox

@Suite("The delivery sandbox")
struct SandboxCarrierTests {
    private func request(_ shipment: String = "shp_1") -> BookingRequest {
        BookingRequest(
            key: "\(shipment)-1",
            shipment: shipment,
            order: "ord_1",
            contents: "1x2,3x1",
            from: "main",
            to: ["name": "Ann (Ő) Bee", "line1": "1 High St", "country": "GB"],
            service: "standard",
            grams: 750
        )
    }

    private func way(_ fault: FaultKind?, speed: Double = 1_000_000) async throws -> [CarrierEvent] {
        try await SandboxRun.with(.deliveries) { options in
            options.speed = speed
            if let fault { options.faults[fault] = FaultRule(fault, probability: 1) }
        } _: { run in
            let booking = try await run.carrier.book(request(), deadline: .soon()).value()
            try await Task.sleep(for: .milliseconds(1200))
            return try await run.carrier.track(reference: booking.reference, deadline: .soon()).value()
        }
    }

    @Test("a parcel is booked once for a key, labelled, and moves by itself to its receiver")
    func delivered() async throws {
        try await SandboxRun.with(.deliveries) {
            $0.speed = 500_000
        } _: { run in
            let booking = try await run.carrier.book(request(), deadline: .soon()).value()
            #expect(try await run.carrier.book(request(), deadline: .soon()).value() == booking)
            var other = request()
            other.grams += 1
            #expect(await run.carrier.book(other, deadline: .soon()).known == .unknown("status_422"))
            #expect(booking.trackingNumber.hasPrefix("SBX") && booking.estimatedDelivery != nil)

            let label = try await run.carrier.label(reference: booking.reference, deadline: .soon()).value()
            let text = String(decoding: label.bytes, as: UTF8.self)
            #expect(label.mediaType == "application/pdf" && text.hasPrefix("%PDF-1.4") && text.hasSuffix("%%EOF\n"))
            #expect(text.contains(booking.trackingNumber) && text.contains(#"(Ann \(?\) Bee)"#))
            let start = try #require(text.range(of: "startxref\n"))
            let offset = try #require(Int(text[start.upperBound...].prefix(while: \.isNumber)))
            #expect(String(decoding: label.bytes[offset...].prefix(4), as: UTF8.self) == "xref")

            try await Task.sleep(for: .milliseconds(600))
            let events = try await run.carrier.track(reference: booking.reference, deadline: .soon()).value()
            #expect(events.map(\.code) == [.handedOver, .inTransit, .inTransit, .outForDelivery, .delivered])
            #expect(Set(events.map(\.id)).count == 5)
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.at < $1.at })
            let late = await run.carrier.cancel(reference: booking.reference, key: "c", deadline: .soon())
            #expect(late.known == .refused("wrong_state"))
        }
    }

    @Test("parcels fail, come back or are lost, as the rules say")
    func fates() async throws {
        #expect(try await way(.deliveryFailed).map(\.code).suffix(3) == [.deliveryFailed, .outForDelivery, .delivered])
        #expect(try await way(.returnToSender).map(\.code).suffix(3) == [.deliveryFailed, .returning, .returned])
        #expect(try await way(.parcelLost).map(\.code).last == .lost)
        #expect(try await way(nil, speed: 1) == [])
    }

    @Test("a booking is called off before it is handed over, and then never moves")
    func cancelled() async throws {
        try await SandboxRun.with(.deliveries) {
            $0.speed = 20_000
        } _: { run in
            let booking = try await run.carrier.book(request(), deadline: .soon()).value()
            for _ in 0..<2 {
                let answer = await run.carrier.cancel(reference: booking.reference, key: "c", deadline: .soon())
                #expect(answer.known == .done)
            }
            try await Task.sleep(for: .milliseconds(1500))
            #expect(try await run.carrier.track(reference: booking.reference, deadline: .soon()).value() == [])
            let none = await run.carrier.cancel(reference: "bkg_none", key: "d", deadline: .soon())
            #expect(none.known == .refused("not_found"))
        }
    }

    /// The references of all pages of the list of a span of time, and the bookings as they are listed.
    private func list(
        _ run: SandboxRun,
        from: Timestamp = .earliest,
        to: Timestamp = .latest
    ) async throws -> (bookings: [CarrierBooking], pages: Int) {
        var (bookings, cursor, pages): ([CarrierBooking], String?, Int) = ([], nil, 0)
        repeat {
            let answer = await run.carrier.bookings(from: from, to: to, after: cursor, deadline: .soon())
            guard case .page(let page, let next) = try answer.value() else {
                Issue.record("the sandbox has a list")
                break
            }
            bookings += page
            (cursor, pages) = (next, pages + 1)
        } while cursor != nil && pages < 20
        return (bookings, pages)
    }

    @Test("the list has each booking once, in pages, with what the shop said of it, and outlives the sandbox")
    func listed() async throws {
        try await SandboxRun.with(.deliveries) {
            $0.speed = 1
        } _: { run in
            #expect(try await list(run).bookings.isEmpty)
            var references: [String] = []
            for number in 0..<205 {
                references.append(
                    try await run.carrier.book(request("shp_\(number)"), deadline: .soon()).value().reference
                )
            }
            let (bookings, pages) = try await list(run)
            #expect(bookings.map(\.parcel.reference) == references && pages == 2)
            let first = try #require(bookings.first)
            #expect(first.shipment == "shp_0" && first.order == "ord_1" && first.contents == "1x2,3x1")
            #expect(first.from == "main" && first.service == "standard" && first.grams == 750)
            #expect(first.state == .booked && first.parcel.trackingNumber.hasPrefix("SBX"))
            #expect(first.parcel.estimatedDelivery != nil)
        }
    }

    @Test("a span has what was booked or cancelled in it, and the list says what was cancelled and what has left")
    func span() async throws {
        try await SandboxRun.with(.deliveries) {
            $0.speed = 40_000
        } _: { run in
            let old = try await run.carrier.book(request("shp_old"), deadline: .soon()).value()
            let cancelled = try await run.carrier.book(request("shp_c"), deadline: .soon()).value()
            try await Task.sleep(for: .milliseconds(5))
            let middle = Timestamp.now
            let key = "c"
            #expect(
                await run.carrier.cancel(reference: cancelled.reference, key: key, deadline: .soon()).known == .done
            )
            let new = try await run.carrier.book(request("shp_new"), deadline: .soon()).value()
            let later = try await list(run, from: middle).bookings
            #expect(later.map(\.parcel.reference) == [cancelled.reference, new.reference])
            #expect(later.map(\.state) == [.cancelled, .booked])
            let before = try await list(run, to: middle).bookings
            #expect(before.map(\.parcel.reference) == [old.reference, cancelled.reference])
            #expect(try await list(run, from: .now.adding(seconds: 60)).bookings.isEmpty)
            try await Task.sleep(for: .milliseconds(700))
            #expect(try await list(run).bookings.map(\.state) == [.left, .cancelled, .left])
        }
    }

    @Test("a list that cannot be read is no short list")
    func unlisted() async throws {
        try await SandboxRun.with(.deliveries) { run in
            _ = try await run.carrier.book(request(), deadline: .soon()).value()
            try await run.faults(#"{"unavailable":1}"#)
            let answer = await run.carrier.bookings(from: .earliest, to: .latest, after: nil, deadline: .soon())
            #expect(answer.known == .notDone("status_503"))
        }
    }

    @Test("each step is told by a signed webhook with the event's own id")
    func webhooks() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await SandboxRun.with(.deliveries) { options in
                options.webhookURL = url + "/hooks"
                options.webhookSecret = try? SandboxRun.secret()
                options.speed = 500_000
            } _: { run in
                let booking = try await run.carrier.book(request(), deadline: .soon()).value()
                try await receiver.wait(for: 5)
                let events = try await run.carrier.track(reference: booking.reference, deadline: .soon()).value()
                #expect(receiver.notices.map(\.id) == events.map(\.id))
                #expect(receiver.notices.map(\.type) == events.map { "parcel.\($0.code.rawValue)" })
                #expect(receiver.notices.allSatisfy { $0.reference == booking.reference && $0.subject == "shp_1" })
            }
        }
    }

    @Test("an outage and a lost reply leave one booking")
    func faults() async throws {
        try await SandboxRun.with(.deliveries) { run in
            try await run.faults(#"{"unavailable":1}"#)
            #expect(await run.carrier.book(request(), deadline: .soon()).known == .notDone("status_503"))
            try await run.faults(#"{"replyLost":1}"#)
            #expect(await run.carrier.book(request(), deadline: .soon()).known == .unknown("reset"))
            try await run.faults("")
            let booking = try await run.carrier.book(request(), deadline: .soon()).value()
            let list = try await run.send("GET", "/bookings").body
            #expect(list.contains(booking.reference) && list.contains(#""next":null"#))
            #expect(list.components(separatedBy: #""booking":"#).count == 2)
        }
    }
}
