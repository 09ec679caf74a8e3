import Testing
import Trading

@testable import Ledger

@Suite("Every engine keeps rows as they were")
struct RowTests {
    /// Without NUL, which no text of the ledger has.
    private static let text = "naïve \u{1} \"quoted\" 日本 👩‍👩‍👧 \\ '; --"
    private static let id = Bits128(high: .max, low: 0x8000_0000_0000_0001)
    private static let times = [Timestamp.earliest, .latest, Timestamp(milliseconds: 1_795_411_261_123)]

    @Test(
        "rows of plain columns come back with every field, extreme and empty ones too",
        arguments: EngineKind.allCases
    )
    func plainRows(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            for number in [Int64.min, -1, 0, 1, .max] {
                let time = Timestamp(milliseconds: number)
                let stock = StockRow.Key(SKU(stored: "a '\"\u{7E}"), Self.text)
                try await expectKept(
                    StockRow(
                        stock,
                        level: StockLevel(onHand: max(number, 0), reserved: max(number, 0)),
                        lastMovement: 2
                    ),
                    engine
                )
                try await expectKept(CounterRow(Self.text, value: number), engine)
                try await expectKept(LeaseRow("", holder: Self.text, epoch: number, expiresAt: time), engine)
                for taskKind in TaskKind.allCases {
                    try await expectKept(TaskRow(TaskRow.Key(taskKind, Self.id), due: time, epoch: number), engine)
                }
                for bytes in [[], [0], [UInt8](0...255)] {
                    try await expectKept(
                        IdempotencyRow(key: Bits128(high: 0, low: 0), fingerprint: number, at: time, receipt: bytes),
                        engine
                    )
                    try await expectKept(SettingRow("name", value: bytes), engine)
                    for revoked in [nil, time] {
                        try await expectKept(
                            APIKeyRow(
                                id: ID(Self.id),
                                digest: bytes,
                                name: "",
                                scopes: bytes.isEmpty ? [] : ["orders:read", "orders:write"],
                                createdAt: time,
                                revokedAt: revoked
                            ),
                            engine
                        )
                    }
                }
                for type in EventType.allCases {
                    try await expectKept(
                        EventRow(seq: number, at: time, type: type, subject: Self.text, data: []),
                        engine
                    )
                }
                for movement in MovementKind.allCases {
                    for (order, reason) in [(ID<Order>(Self.id), Self.text), (nil, ""), (nil, nil)] {
                        try await expectKept(
                            MovementRow(
                                id: number,
                                stock: stock,
                                kind: movement,
                                quantity: number,
                                level: StockLevel(onHand: .max, reserved: .min),
                                previous: number,
                                at: time,
                                order: order,
                                reason: reason
                            ),
                            engine
                        )
                    }
                }
            }
            for account in Account.fixed + [.clearing(provider: Self.text)] {
                try await expectKept(BalanceRow(BalanceRow.Key(account, .kwd), amount: .min), engine)
            }
            let credit = StoreCreditRow.Key(ID(Self.id), .jpy)
            try await expectKept(StoreCreditRow(credit, amount: .max, spent: 7, updatedAt: .earliest), engine)
            try await expectKept(InboxRow(InboxRow.Key("stripe", Self.text), at: .latest), engine)
            let order = ID<Order>(Self.id)
            let handling = HandlingRow(order, shipments: [ID(Self.id)], returns: [ID(Self.id)], loose: [0, .max])
            #expect(try await expectKept(handling, engine)?.loose == [0, .max])
            try await expectKept(HandlingRow(ID(high: 1, low: 1)), engine)
            try await expectKept(LabelRow(ID(Self.id), mediaType: "application/pdf", bytes: [0, 255]), engine)
            for shipment in [nil, ID<Shipment>(Self.id)] {
                let key = CarrierNoticeRow.Key("sandbox", "\(Self.text)\(shipment == nil)")
                try await expectKept(CarrierNoticeRow(key, at: .latest, type: "", shipment: shipment), engine)
            }
            for reason in [nil] + LostParcelReason.allCases.map(Optional.some) {
                for state in RecoveredParcelRow.State.allCases {
                    let key = RecoveredParcelRow.Key(7, "sandbox", "\(Self.text)\(state) \(reason?.rawValue ?? "")")
                    let order = reason == nil ? nil : ID<Order>(Self.id)
                    let row = RecoveredParcelRow(key, shipment: ID(Self.id), order: order, state: state, reason: reason)
                    let kept = try await expectKept(row, engine)
                    #expect(kept?.state == state && kept?.reason == reason && kept?.order == order)
                }
            }
            var outcomes = OutcomeBucketRow(OutcomeBucketRow.Key(.latest, Self.text))
            (outcomes.good, outcomes.bad, outcomes.excluded) = (.max, 2, 3)
            (outcomes.passed, outcomes.failed, outcomes.longestFailure) = (4, 5, .min)
            #expect(try await expectKept(outcomes, engine) == outcomes)
            for digest in [Int64.min, -1] {
                try await expectKept(UnpaidUnitsRow(UnpaidUnitsRow.Key(client: digest), units: .max), engine)
            }
            try await expectKept(UnpaidUnitsRow(UnpaidUnitsRow.Key(SKU(stored: Self.text)), units: 1), engine)
            try await expectKept(EmailRow(email: "É@EXAMPLE.com", customer: ID(Self.id)), engine)
        }
    }

    @Test(
        "rows that are documents come back with every field, with all of them set and with none",
        arguments: EngineKind.allCases
    )
    func documents(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            for row in DocumentExamples.orders.map({ OrderRow($0) }) {
                let kept = try await expectKept(row, engine)
                #expect(kept?.order == row.order)
                #expect(kept?.document == row.document)
            }
            for row in DocumentExamples.carts.map({ CartRow($0) }) {
                #expect(try await expectKept(row, engine)?.cart == row.cart)
            }
            for row in DocumentExamples.returns.map({ ReturnRow($0) }) {
                #expect(try await expectKept(row, engine)?.value == row.value)
            }
            for row in DocumentExamples.shipments.map({ ShipmentRow($0) }) {
                let kept = try await expectKept(row, engine)
                #expect(kept?.shipment == row.shipment)
                let key = row.key
                let part = try await engine.read { (view) throws(LedgerFailure) in
                    try view.row(ShipmentCarrier.self, key)
                }
                #expect(part?.carrier == row.shipment.carrier)
            }
            for row in DocumentExamples.credits.map({ CreditRow($0) }) {
                #expect(try await expectKept(row, engine)?.credit == row.credit)
            }
            for row in DocumentExamples.payments {
                let kept = try await expectKept(row, engine)
                #expect(kept?.payment == row.payment)
            }
            for row in DocumentExamples.giftCards.map({ GiftCardRow($0) }) {
                #expect(try await expectKept(row, engine)?.card == row.card)
            }
            for entry in DocumentExamples.entries {
                let row = JournalRow(number: .max, at: .latest, entry)
                #expect(try await expectKept(row, engine)?.entry == entry)
            }
            for row in DocumentExamples.customers.map({ CustomerRow($0) }) {
                #expect(try await expectKept(row, engine)?.customer == row.customer)
            }
            for row in DocumentExamples.products.map({ ProductRow($0) }) {
                let kept = try await expectKept(row, engine)
                #expect(kept?.product == row.product)
                #expect(kept?.document == row.document)
            }
            for row in DocumentExamples.groups.map({ GroupRow($0) }) {
                #expect(try await expectKept(row, engine)?.group == row.group)
            }
            for locations in DocumentExamples.locations {
                let kept = try await expectKept(LocationsRow(locations), engine)
                #expect(kept?.locations == LocationsRow(locations).locations)
            }
        }
    }

    @Test(
        "saving replaces, deleting removes, and appending refuses a key that is there",
        arguments: EngineKind.allCases
    )
    func writes(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let writer = try engine.makeWriter()
            let before = try writer.begin()
            try writer.save(CounterRow("a", value: 1))
            try writer.save(CounterRow("a", value: 2))
            try writer.append(CounterRow("b", value: 3))
            #expect(try writer.row(CounterRow.self, "a")?.value == 2)
            try writer.delete(CounterRow.self, "a")
            try writer.delete(CounterRow.self, "not there")
            #expect(try writer.row(CounterRow.self, "a")?.value == nil)
            try writer.commit(after: before)
            let newest = try writer.begin()
            let failure = #expect(throws: LedgerFailure.self) {
                // An engine may find out when it commits.
                try writer.append(CounterRow("b", value: 4))
                try writer.commit(after: newest)
            }
            #expect(failure?.code == .contradicted)
            #expect(failure?.retry == .never)
            writer.rollback()
            _ = try writer.begin()
            #expect(try writer.row(CounterRow.self, "b")?.value == 3)
            writer.rollback()
        }
    }

    /// Saves a row and expects the columns of the row that is read back to be the same.
    @discardableResult
    private func expectKept<R: LedgerRow>(
        _ row: R,
        _ engine: any LedgerEngine,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> R? {
        let writer = try engine.makeWriter()
        let before = try writer.begin()
        try writer.save(row)
        let inside = try writer.row(R.self, row.key)
        #expect(inside.map(Self.columns) == Self.columns(of: row), sourceLocation: sourceLocation)
        try writer.commit(after: before)
        let key = row.key
        let kept = try await engine.read { (view) throws(LedgerFailure) in try view.row(R.self, key) }
        #expect(kept.map(Self.columns) == Self.columns(of: row), sourceLocation: sourceLocation)
        return kept
    }

    private static func columns(of row: some LedgerRow) -> [MemoryColumn] {
        RowColumns(row).memory
    }
}
