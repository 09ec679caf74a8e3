import Foundation
import Ledger
import Testing
import Trading

@testable import Auditing

@Suite("Audit of parcels and staged returns")
struct AuditShipmentTests {
    private static let plants: [Plant] = [
        Plant(
            name: "a parcel's column of states differs",
            invariant: .stateAgreement,
            table: "shipments",
            sql: "UPDATE shipments SET state = 'lost' WHERE state = 'delivered'"
        ),
        Plant(
            name: "a parcel that left holds other units than its order counts",
            invariant: .stateAgreement,
            table: "orders",
            sql: Plant.document("shipments", "state = 'delivered'", #""quantity":2"#, #""quantity":3"#)
        ),
        Plant(
            name: "an order counts other units than left in its parcels",
            invariant: .stateAgreement,
            table: "orders",
            sql: """
                UPDATE order_handling
                SET document = CAST(replace(CAST(document AS TEXT), '"loose":[1', '"loose":[0') AS BLOB)
                WHERE instr(CAST(document AS TEXT), '"loose":[1') > 0
                """
        ),
        Plant(
            name: "more units are packed than are left",
            invariant: .stateAgreement,
            table: "orders",
            sql: Plant.document("shipments", "state = 'packed'", #""quantity":1"#, #""quantity":9"#)
        ),
        Plant(
            name: "a parcel arrived that never left",
            invariant: .stateAgreement,
            table: "shipments",
            sql: Plant.document("shipments", "state = 'delivered'", #""handedOver"#, #""left"#)
        ),
        Plant(
            name: "a parcel that arrived is late",
            invariant: .stateAgreement,
            table: "shipments",
            sql: Plant.document("shipments", "state = 'delivered'", #""late":false"#, #""late":true"#)
        ),
        Plant(
            name: "a booked parcel has no reference",
            invariant: .stateAgreement,
            table: "shipments",
            sql: Plant.document("shipments", "carrier = 'sandbox'", #""reference":"bk""#, #""number2":"bk""#)
        ),
        Plant(
            name: "arrivals are counted wrongly",
            invariant: .stateAgreement,
            table: "arrivals",
            sql: "UPDATE arrivals SET count = count + 1",
            isSeenIncrementally: false
        ),
        Plant(
            name: "a parcel's tracking is out of order",
            invariant: .stateAgreement,
            table: "shipments",
            sql: Plant.document(
                "shipments",
                "state = 'delivered'",
                #""code":"outForDelivery","at":"20"#,
                #""code":"outForDelivery","at":"21"#
            )
        ),
        Plant(
            name: "an order forgot its parcels",
            invariant: .stateAgreement,
            table: "shipments",
            sql: "DELETE FROM order_handling"
        ),
        Plant(
            name: "a parcel vanished",
            invariant: .noPhantom,
            table: "events",
            sql: "DELETE FROM shipments WHERE state = 'delivered'"
        ),
        Plant(
            name: "nobody was told that a parcel left",
            invariant: .noPhantom,
            table: "events",
            sql: "UPDATE events SET type = 71 WHERE seq = (SELECT max(seq) FROM events WHERE type = 75)",
            isSeenIncrementally: false
        ),
        Plant(
            name: "a return under way holds nothing",
            invariant: .stateAgreement,
            table: "returns",
            sql: """
                UPDATE order_handling
                SET document = CAST(replace(CAST(document AS TEXT), '"returns":["', '"gone":["') AS BLOB)
                WHERE instr(CAST(document AS TEXT), '"returns":["') > 0
                """
        ),
        Plant(
            name: "a return's column of stages differs",
            invariant: .stateAgreement,
            table: "returns",
            sql: "UPDATE returns SET stage = 'received' WHERE stage = 'requested'"
        ),
        Plant(
            name: "an inspected return has no credit",
            invariant: .stateAgreement,
            table: "returns",
            sql: Plant.document("returns", "stage = 'inspected'", #""creditId""#, #""creditOf""#)
        ),
        Plant(
            name: "a return under way is of more units than shipped",
            invariant: .stateAgreement,
            table: "returns",
            sql: Plant.document("returns", "stage = 'requested'", #""quantity":1"#, #""quantity":99"#)
        ),
    ]

    @Test("a shop that ships in parcels and takes goods back in stages is clean", arguments: [false, true])
    func clean(isIncremental: Bool) async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        if isIncremental { #expect(try await shop.audit(incrementally: true).isClean) }
        try await shop.ship()
        let report = try await shop.audit(incrementally: isIncremental)
        #expect(report.isClean, "\(report.text)")
        #expect(report.scope == (isIncremental ? .incremental : .full))
        await shop.close()
    }

    @Test("every violation is found and named", arguments: plants)
    func violation(_ plant: Plant) async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        try await shop.ship()
        try shop.spoil(plant.sql)
        let report = try await shop.audit()
        #expect(
            report.violations.contains { $0.invariant == plant.invariant && $0.table == plant.table },
            "\(report.text)"
        )
        await shop.close()
    }

    @Test("every violation in what is new is found and named", arguments: plants.filter(\.isSeenIncrementally))
    func newViolation(_ plant: Plant) async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        #expect(try await shop.audit(incrementally: true).isClean)
        try await shop.ship()
        try shop.spoil(plant.sql)
        let report = try await shop.audit(incrementally: true)
        #expect(report.scope == .incremental)
        #expect(
            report.violations.contains { $0.invariant == plant.invariant && $0.table == plant.table },
            "\(report.text)"
        )
        await shop.close()
    }

    @Test("an event is looked for among the things that its name tells", arguments: EventType.allCases)
    func subject(_ type: EventType) throws {
        let bits = Bits128(high: 1, low: 2)
        let subjects = [
            "order": "\(ID<Order>(bits))", "return": "\(ID<Return>(bits))", "credit": "\(ID<Credit>(bits))",
            "customer": "\(ID<Customer>(bits))", "shipment": "\(ID<Shipment>(bits))",
        ]
        let kind = try #require(type.name.split(separator: ".").first)
        guard let subject = subjects[String(kind)] else { return }
        #expect(type.subjectBits(subject) == bits)
    }
}
