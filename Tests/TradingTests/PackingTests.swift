import TestSupport
import Testing
import Trading

@Suite("Packing the units of an order")
struct PackingTests {
    typealias Examples = ShipmentExamples

    /// Requests for the confirmed order (3 mugs: 2 at a, 1 at b; postage; 2 cups at b) and the expected refusals.
    static let refusals: [([(Int64, Int64)]?, String?, PackRefusal)] = [
        ([], nil, .noLines),
        ([(0, 1)], nil, .unknownLine(index: 0, line: 0)),
        ([(1, 1), (4, 1)], nil, .unknownLine(index: 1, line: 4)),
        ([(1, 99), (1, 1)], nil, .repeatedLine(index: 1, line: 1)),
        ([(1, 0)], nil, .tooMany(index: 0, line: 1, left: 2)),
        ([(1, 3)], nil, .tooMany(index: 0, line: 1, left: 2)),
        ([(1, 2)], "b", .tooMany(index: 0, line: 1, left: 1)),
        ([(3, 1)], "a", .tooMany(index: 0, line: 3, left: 0)),
        ([(2, 2)], "b", .tooMany(index: 0, line: 2, left: 1)),
    ]

    @Test("what cannot be packed is refused by the first rule that it breaks", arguments: refusals.indices)
    func refused(_ index: Int) throws {
        let (named, location, refusal) = Self.refusals[index]
        let packing = Packing(try OrderExamples.order(in: .confirmed), packed: .none)
        let wanted = named?.map { LineQuantity(line: $0.0, quantity: $0.1) }
        #expect(throws: refusal) { try packing.pack(wanted, at: location, fallback: "a") }
    }

    @Test("only an order whose units may leave is packed, and that is told first")
    func states() throws {
        for state in OrderState.allCases where state != .confirmed && state != .partlyFulfilled {
            let packing = Packing(try OrderExamples.order(in: state), packed: .none)
            #expect(throws: PackRefusal.wrongState(state)) { try packing.pack([], at: nil, fallback: "a") }
        }
    }

    @Test("a parcel takes all that is left at one location; the next one what is at another")
    func byLocation() throws {
        let order = try OrderExamples.order(in: .confirmed)
        let first = try Packing(order, packed: .none).pack(nil, at: nil, fallback: "z")
        #expect(first.location == "a")
        #expect(first.lines == [LineQuantity(line: 1, quantity: 2), LineQuantity(line: 2, quantity: 1)])
        let parcel = Examples.packed([(1, 2), (2, 1)])
        let rest = Packing(order, packed: PackedUnits([parcel]))
        let second = try rest.pack(nil, at: nil, fallback: "z")
        #expect(second.location == "b")
        #expect(second.lines == [LineQuantity(line: 1, quantity: 1), LineQuantity(line: 3, quantity: 2)])
        let other = Examples.packed([(1, 1), (3, 2)], location: "b", number: 2)
        let none = Packing(order, packed: PackedUnits([parcel, other]))
        #expect(throws: PackRefusal.nothingLeft) { try none.pack(nil, at: nil, fallback: "z") }
        #expect(throws: PackRefusal.nothingLeft) { try rest.pack(nil, at: "a", fallback: "z") }
        var cancelled = parcel
        try cancelled.cancel(isUnclaimed: true, at: Examples.start)
        #expect(try Packing(order, packed: PackedUnits([cancelled])).pack(nil, at: nil, fallback: "z") == first)
    }

    @Test("where no location is named, it is the first that has all that is wanted")
    func place() throws {
        let packing = Packing(try OrderExamples.order(in: .confirmed), packed: .none)
        let mugAndCup = [LineQuantity(line: 1, quantity: 1), LineQuantity(line: 3, quantity: 1)]
        #expect(try packing.pack(mugAndCup, at: nil, fallback: "z").location == "b")
        #expect(try packing.pack([LineQuantity(line: 1, quantity: 1)], at: nil, fallback: "z").location == "a")
        #expect(try packing.pack([LineQuantity(line: 2, quantity: 1)], at: nil, fallback: "z").location == "z")
    }

    @Test(
        "units leave the location of their parcel, in whatever order the parcels leave, and earlier answers stay exact"
    )
    func outOfTurn() throws {
        let now = Examples.start
        var order = try OrderExamples.order(in: .confirmed)
        let paid = order
        let movements = try order.fulfil([LineQuantity(line: 1, quantity: 1)], from: "b", at: now)
        #expect(movements.map(\.location) == ["b"])
        #expect(order.lines[0].unshipped == [Allocation(location: "a", quantity: 2)])
        #expect(order.lines[0].shipped == [Allocation(location: "b", quantity: 1)])
        let partly = order
        let packed = PackedUnits([Examples.packed([(1, 1)])])
        #expect(throws: OrderRefusal.tooMany(index: 0, line: 1, left: 1)) {
            try order.fulfil([LineQuantity(line: 1, quantity: 2)], sparing: packed, at: now)
        }
        #expect(throws: OrderRefusal.tooMany(index: 0, line: 1, left: 0)) {
            try order.fulfil([LineQuantity(line: 1, quantity: 1)], from: "b", at: now)
        }
        let rest = try order.fulfil(nil, at: now)
        #expect(rest.map(\.location) == ["a", "b"])
        #expect(order.state == .fulfilled)
        #expect(order.lines.allSatisfy { $0.shippedFrom.isEmpty }, "all of it is in turn again")
        #expect(order.at(partly.progress) == partly)
        #expect(order.at(paid.progress) == paid)
        #expect(order.asPlaced == OrderExamples.placed())
    }

    @Test(
        "through any sequence of parcels no unit is packed or shipped twice, and every one leaves its own location",
        arguments: 1...100 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var order = try OrderExamples.order(in: .confirmed)
        var known: [Order] = [order]
        var parcels: [Shipment] = []
        var gone: [String: Int64] = [:]
        for step in 0..<40 {
            let packed = PackedUnits(parcels)
            let line = Int64.random(in: 1...3, using: &generator)
            let some = [LineQuantity(line: line, quantity: Int64.random(in: 1...2, using: &generator))]
            let wanted = Bool.random(using: &generator) ? some : nil
            let place = [nil, "a", "b"].randomElement(using: &generator) ?? nil
            do {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0, 1:
                    let (location, lines) = try Packing(order, packed: packed).pack(wanted, at: place, fallback: "a")
                    let named = lines.map { ($0.line, $0.quantity) }
                    parcels.append(Examples.packed(named, location: location, number: Int64(step)))
                case 2:
                    guard let index = parcels.indices.randomElement(using: &generator), parcels[index].state.isOpen
                    else { continue }
                    try parcels[index].cancel(isUnclaimed: true, at: Examples.start)
                default:
                    guard let index = parcels.indices.randomElement(using: &generator), parcels[index].state.isOpen
                    else { continue }
                    let others = PackedUnits(parcels.indices.filter { $0 != index }.map { parcels[$0] })
                    _ = parcels[index].recordBooking(.done(Examples.parcel), claims: 1, at: Examples.start)
                    try parcels[index].handOver(at: Examples.start)
                    let parcel = parcels[index]
                    let movements = try order.fulfil(
                        parcel.lines,
                        from: parcel.location,
                        sparing: others,
                        at: Examples.start
                    )
                    for movement in movements {
                        #expect(movement.location == parcel.location, "seed \(seed)")
                        gone["\(movement.sku) \(movement.location)", default: 0] -= movement.quantity
                    }
                    known.append(order)
                }
            } catch let refusal as PackRefusal {
                #expect(refusal != .orderNotFound, "seed \(seed)")
            }
            for (index, line) in order.lines.enumerated() {
                let number = Int64(index + 1)
                let inParcels = parcels.filter { $0.state.isOpen || $0.state.hasLeft }.reduce(0) {
                    $0 + $1.units(of: number)
                }
                #expect(inParcels <= line.quantity, "seed \(seed)")
                for part in line.allocations {
                    #expect(gone["\(line.sku) \(part.location)"] ?? 0 <= part.quantity, "seed \(seed)")
                }
            }
            for earlier in known { #expect(order.at(earlier.progress) == earlier, "seed \(seed)") }
        }
    }
}
