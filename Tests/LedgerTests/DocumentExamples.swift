import Trading

@testable import Ledger

/// Examples of every kind that is stored as a document: one with every field set, one with as few as possible.
enum DocumentExamples {
    private static let now = Timestamp(milliseconds: 1_795_411_261_123)
    private static let text = "naïve \u{1}\n\"quoted\" 日本 👩‍👩‍👧 \\ \u{2028}"
    private static let map = ["a": "", "b": text, "z": "last"]
    private static let most = Money(OrderLimits.maxAmount, .gbp)

    static var orders: [Order] {
        var full: [Order] = OrderState.allCases.map { state in
            Order(
                id: ID(high: 1, low: UInt64(state.rawValue)),
                currency: .gbp,
                lines: [
                    OrderLine(
                        sku: SKU(stored: "A\"B"),
                        name: text,
                        quantity: 1_000_000,
                        unitPrice: most,
                        total: most,
                        allocations: [
                            Allocation(location: "a", quantity: 1), Allocation(location: "b", quantity: .max),
                        ],
                        fulfilled: 3,
                        returned: 2,
                        shippedFrom: [Allocation(location: "b", quantity: 3)]
                    ),
                    OrderLine(sku: SKU(stored: "C"), name: "", quantity: 1, unitPrice: .zero(.gbp), total: .zero(.gbp)),
                ],
                total: most,
                paymentMethod: PaymentMethod.allCases[Int(state.rawValue) % PaymentMethod.allCases.count],
                paymentState: PaymentState.allCases[Int(state.rawValue) % PaymentState.allCases.count],
                payments: OrderPayments(
                    attempts: 3,
                    provider: text,
                    authorised: 7,
                    captured: 5,
                    refunded: 3,
                    disputed: 2,
                    setback: PaymentState.allCases[Int(state.rawValue) % PaymentState.allCases.count].setback
                ),
                customer: OrderCustomer(id: ID(high: 2, low: 2), email: "a@b", name: text, phone: ""),
                shipTo: map,
                reference: text,
                metadata: map,
                cart: ID(high: 3, low: 3),
                state: state,
                reservedUntil: .latest,
                createdAt: .earliest,
                updatedAt: now,
                version: .max,
                history: OrderState.allCases.map {
                    OrderHistoryEntry(state: $0, at: now, reason: text, reservedUntil: now)
                }
            )
        }
        for customer in [nil, OrderCustomer()] {
            full.append(
                Order(
                    id: ID(high: 0, low: 0),
                    currency: .jpy,
                    lines: [],
                    total: .zero(.jpy),
                    paymentMethod: .manual,
                    customer: customer,
                    shipTo: customer == nil ? nil : [:],
                    reference: customer == nil ? nil : "",
                    metadata: [:],
                    cart: nil,
                    reservedUntil: nil,
                    createdAt: now,
                    updatedAt: now,
                    history: [OrderHistoryEntry(state: .pendingPayment, at: now)]
                )
            )
        }
        return full
    }

    static var carts: [Cart] {
        CartState.allCases.map { state in
            Cart(
                id: ID(high: 1, low: UInt64(state.rawValue)),
                currency: .kwd,
                customer: ID(high: 2, low: 2),
                lines: (1...500).map { CartLine(sku: SKU(stored: "S\($0)"), quantity: Int64($0)) },
                state: state,
                order: ID(high: 3, low: 3),
                expiresAt: .latest,
                createdAt: now,
                updatedAt: now,
                version: .max
            )
        } + [
            Cart(id: ID(high: 0, low: 0), currency: .gbp, customer: nil, expiresAt: now, createdAt: now, updatedAt: now)
        ]
    }

    static var returns: [Return] {
        [
            Return(
                id: ID(high: 1, low: 1),
                order: ID(high: 2, low: 2),
                lines: Disposition.allCases.map {
                    ReturnLine(line: .max, sku: SKU(stored: "A"), quantity: 1, disposition: $0, amount: most)
                },
                credit: most,
                creditID: ID(high: 3, low: 3),
                reason: text,
                createdAt: now
            ),
            Return(
                id: ID(high: 0, low: 0),
                order: ID(high: 0, low: 0),
                lines: [],
                credit: .zero(.gbp),
                creditID: ID(high: 0, low: 0),
                reason: "",
                createdAt: now
            ),
            Return(
                id: ID(high: 1, low: 2),
                order: ID(high: 2, low: 2),
                lines: [ReturnLine(line: 1, sku: SKU(stored: "A"), quantity: 1, disposition: nil, amount: most)],
                credit: most,
                creditID: nil,
                reason: text,
                createdAt: now,
                history: ReturnStage.allCases.map { ReturnHistoryEntry(stage: $0, at: now) }
            ),
        ]
    }

    static var shipments: [Shipment] {
        ShipmentState.allCases.enumerated().map { index, state in
            Shipment(
                id: ID(high: 1, low: UInt64(index)),
                order: ID(high: 2, low: 2),
                number: .max,
                location: text,
                carrier: text,
                service: "",
                lines: [LineQuantity(line: .max, quantity: .max), LineQuantity(line: 1, quantity: 1)],
                grams: .max,
                standing: Standing(state, at: .latest),
                trackingNumber: text,
                reference: text,
                estimate: DeliveryEstimate(.latest, saidAt: .earliest),
                promise: DeliveryEstimate(.earliest, saidAt: .latest),
                isLate: true,
                handedOverRecordedAt: now,
                carrierSince: .earliest,
                deliveredAt: .latest,
                deliveredRecordedAt: now,
                correctedAt: now,
                events: TrackingCode.allCases.map { code in
                    TrackingEvent(
                        id: text,
                        code: code,
                        at: .earliest,
                        receivedAt: .latest,
                        doubt: code == .lost ? .tooEarly : nil,
                        isCorrection: code == .returned,
                        note: text,
                        estimatedDelivery: now
                    )
                },
                operations: ShipmentOperation.Kind.allCases.flatMap { kind in
                    ShipmentOperation.State.allCases.map { state in
                        ShipmentOperation(kind, key: text, state: state, tries: .max, firstTriedAt: now, code: text)
                    }
                },
                createdAt: .earliest,
                updatedAt: now,
                version: .max
            )
        } + [
            Shipment(
                id: ID(high: 0, low: 0),
                order: ID(high: 0, low: 0),
                number: 1,
                location: "",
                carrier: "",
                service: "",
                lines: [],
                grams: 0,
                createdAt: now,
                updatedAt: now
            )
        ]
    }

    static var credits: [Credit] {
        CreditKind.allCases.map { kind in
            Credit(
                id: ID(high: 1, low: UInt64(kind.rawValue)),
                kind: kind,
                amount: Money(-OrderLimits.maxAmount, .usd),
                reason: text,
                customer: ID(high: 2, low: 2),
                order: ID(high: 3, low: 3),
                reference: text,
                createdAt: now
            )
        } + [Credit(id: ID(high: 0, low: 0), kind: .credit, amount: Money(1, .eur), reason: "", createdAt: now)]
    }

    static var customers: [Customer] {
        [
            Customer(
                id: ID(high: 1, low: 1),
                email: "Ä@Example.com",
                name: text,
                phone: text,
                reference: text,
                addresses: [map, [:], ["city": text]],
                metadata: map,
                erasedAt: now,
                createdAt: .earliest,
                updatedAt: .latest,
                version: .max
            ),
            Customer(id: ID(high: 0, low: 0), email: nil, createdAt: now, updatedAt: now),
        ]
    }

    static var products: [Product] {
        var full = Product(
            sku: SKU(stored: String(repeating: "~", count: 64)),
            name: text,
            description: String(repeating: "ä", count: 5000),
            group: "G",
            options: map,
            categories: [text, "a/b", ""],
            prices: [most, .zero(.jpy), Money(1, .kwd)],
            active: false,
            tracked: false,
            grams: .max,
            metadata: map
        )
        full.version = .max
        full.createdAt = .earliest
        full.updatedAt = .latest
        return [full, Product(sku: SKU(stored: "A"), name: "", prices: [])]
    }

    static var groups: [ProductGroup] {
        [
            ProductGroup(
                code: "G",
                name: text,
                description: text,
                options: ["size", text],
                metadata: map,
                version: .max
            ),
            ProductGroup(code: "H", name: ""),
        ]
    }

    static var locations: [[Location]] {
        [
            [],
            [
                Location(code: "b", name: text, priority: .max, active: false, version: .max),
                Location(code: "a", name: "", priority: .min),
            ],
            (1...Location.maxCount).map { Location(code: "L\($0)", name: "n") },
        ]
    }
}
