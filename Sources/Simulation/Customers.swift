// The actions of people in a shop: they order, cancel, pay, pack, return; at any time, whether or not it is possible. Most
// actions are sensible, so that orders get far; the rest is refused.

import Ledger
import Trading

final class Customers {
    private unowned let world: World
    private let client: Client
    private let giftCard = ID<GiftCard>(high: 9, low: 9)
    private static let skus = ["A", "B", "C"].map { SKU(stored: $0) }
    private static let places = [Location.mainCode, "b"]

    init(world: World) {
        self.world = world
        client = Client(world: world)
    }

    /// Creates the catalogue, the stock and a gift card.
    func open() {
        let process = world.processes[0]
        process.submit(PutLocation(Location(code: "b", name: "B", priority: 1)))
        for sku in Self.skus {
            let product = Product(
                sku: sku,
                name: sku.description,
                prices: [Money(world.dice.number(200...2000), .gbp)],
                active: true,
                tracked: true
            )
            process.submit(PutProducts([product]))
            for place in Self.places {
                let units = world.dice.number(4...9)
                process.submit(AdjustStock(sku: sku, location: place, kind: .received, delta: units, reason: "first"))
            }
        }
        process.submit(IssueGiftCard(giftCard, amount: Money(9000, .gbp), funding: .sold, reference: nil))
    }

    /// Starts the orders, over a quarter of an hour.
    func begin() {
        for number in 1...world.options.orders {
            world.time.after(world.dice.number(0...900_000)) { [self] in place(number) }
        }
    }

    // MARK: An order

    private func place(_ number: Int) {
        let lines = Self.skus.filter { _ in world.dice.chance(500) }
        let wanted = (lines.isEmpty ? [Self.skus[0]] : lines).map {
            OrderRequestLine(sku: $0, quantity: world.dice.number(1...3))
        }
        let choice = choice()
        let order = PlaceOrder(
            source: .lines(wanted, .gbp),
            payment: choice,
            terms: terms(),
            reference: "order \(number)",
            holdSeconds: world.dice.number(120...900)
        )
        client.send(
            order,
            name: { $0.order.id.bits },
            then: { [self] placed in
                world.tally.orders += 1
                live(placed.order.id, choice.method)
            }
        )
    }

    private func choice() -> PaymentChoice {
        switch world.dice.number(0...9) {
        case 0...5: .card(token: "tok", provider: nil)
        case 6: .giftCard(giftCard)
        case 7: .cashOnDelivery
        default: .manual
        }
    }

    private func terms() -> PaymentTerms {
        PaymentTerms(
            routing: SimulatedProcess.routing,
            capture: world.dice.pick(CaptureMode.allCases),
            cashOnDelivery: true
        )
    }

    private func live(_ id: ID<Order>, _ method: PaymentMethod) {
        if world.dice.chance(200) { change(id, .cancel(reason: nil), within: 200) }
        if world.dice.chance(150) { change(id, .cancel([UnitsToCancel(.line(1), 1)], reason: nil), within: 1200) }
        if world.dice.chance(100) { change(id, .cancel(reason: nil), within: 1800) }
        if world.dice.chance(150) { change(id, .extend(seconds: 300), within: 300) }
        if method == .manual, world.dice.chance(700) { change(id, .pay(reason: nil), within: 300) }
        if method == .cashOnDelivery { change(id, .collected, within: 1800) }
        if method == .card {
            for _ in 0..<2 { soon(600) { [self] in payAgain(id) } }
            if world.dice.chance(150) { soon(900) { [self] in changePayment(id) } }
        }
        for _ in 0..<world.dice.number(1...4) { soon(1200) { [self] in ship(id) } }
        if world.dice.chance(300) { soon(1800) { [self] in takeBack(id) } }
    }

    private func payAgain(_ id: ID<Order>) {
        let choice: PaymentChoice = world.dice.chance(800) ? .card(token: "tok", provider: nil) : .giftCard(giftCard)
        client.send(StartPayment(id, choice, terms: terms()), name: { $0.id.bits })
    }

    private func changePayment(_ id: ID<Order>) {
        let change = world.dice.pick([
            ChangePayment.Change.capture(nil, isFinal: false), .capture(Money(100, .gbp), isFinal: false), .void,
            .refund(Money(100, .gbp)), .refund(nil),
        ])
        client.send(ChangePayment(Payment.id(of: id, attempt: 1), change), name: { $0.id.bits })
    }

    private func takeBack(_ id: ID<Order>) {
        let disposition = world.dice.pick(Disposition.allCases)
        let line = ReturnRequestLine(line: 1, quantity: 1, disposition: disposition)
        client.send(TakeBack(order: id, lines: [line], reason: "return of \(id)"), name: { $0.id.bits })
    }

    // MARK: Parcels

    private func ship(_ id: ID<Order>) {
        switch world.dice.number(0...9) {
        case 0: change(id, .fulfil([LineQuantity(line: 1, quantity: 1)]), within: 1)
        case 1, 2: change(id, .fulfil(nil), within: 1)
        case 3:
            pack(CreateShipment(order: id, lines: [LineQuantity(line: 1, quantity: 1)], carrier: SimulatedCarrier.name))
        default: pack(CreateShipment(order: id, carrier: SimulatedCarrier.name))
        }
    }

    private func pack(_ parcel: CreateShipment) {
        client.send(
            parcel,
            name: { $0.id.bits },
            then: { [self] made in
                if world.dice.chance(150) { soon(120) { [self] in callOff(made.id) } }
                for _ in 0..<3 { soon(900) { [self] in handOver(made.id) } }
            }
        )
    }

    private func callOff(_ id: ID<Shipment>) {
        client.send(CancelShipment(id), name: { $0.id.bits })
    }

    private func handOver(_ id: ID<Shipment>) {
        client.send(
            HandOver(id),
            name: { $0.id.bits },
            then: { [self] gone in
                guard let reference = gone.reference else { return }
                world.carrier.collect(reference)
            }
        )
    }

    // MARK: The end

    /// After the last fault: packed parcels are handed over, and most orders are shipped.
    func finish() {
        for after: Int64 in [60, 600, 1200] {
            world.time.after(after * 1000) { [self] in
                for order in world.rows(OrderRow.self).map(\.order) where order.state == .confirmed {
                    if world.dice.chance(300) { change(order.id, .fulfil(nil), within: 1) }
                }
                for parcel in world.rows(ShipmentRow.self).map(\.shipment) {
                    if parcel.state == .booked { handOver(parcel.id) }
                    if parcel.state.hasLeft, let reference = parcel.reference { world.carrier.collect(reference) }
                }
            }
        }
    }

    private func change(_ id: ID<Order>, _ change: ChangeOrder.Change, within seconds: Int64) {
        soon(seconds) { [self] in client.send(ChangeOrder(id, change), name: { $0.order.id.bits }) }
    }

    private func soon(_ seconds: Int64, _ action: @escaping () -> Void) {
        world.time.after(world.dice.number(0...seconds * 1000), action)
    }
}
