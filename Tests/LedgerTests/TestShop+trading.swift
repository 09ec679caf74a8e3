import Testing
import Trading

@testable import Ledger

extension TestShop {
    /// Puts products with stock keeping and receives units of each at a location.
    func stock(
        _ units: [String: Int64],
        price: Int64 = 500,
        at location: String = Location.mainCode
    ) async throws {
        for (sku, count) in units.sorted(by: { $0.key < $1.key }) {
            try await run(PutProducts([Self.product(sku, price: price)]))
            guard count > 0 else { continue }
            try await run(
                AdjustStock(sku: SKU(stored: sku), location: location, kind: .received, delta: count, reason: "first")
            )
        }
    }

    static func product(
        _ sku: String,
        price: Int64 = 500,
        active: Bool = true,
        tracked: Bool = true
    ) -> Product {
        Product(
            sku: SKU(stored: sku),
            name: "Name of \(sku)",
            prices: [Money(price, .gbp)],
            active: active,
            tracked: tracked
        )
    }

    /// An order command for units of SKUs in pounds.
    static func wish(
        _ lines: [(String, Int64)],
        customer: OrderCustomer? = nil,
        expectedTotal: Money? = nil
    ) -> PlaceOrder {
        PlaceOrder(
            source: .lines(lines.map { OrderRequestLine(sku: SKU(stored: $0.0), quantity: $0.1) }, .gbp),
            customer: customer,
            shipTo: ["name": "A", "country": "GB"],
            expectedTotal: expectedTotal,
            reference: "web",
            metadata: ["note": "n"],
            holdSeconds: 900,
            authority: .shop
        )
    }

    func place(_ lines: [(String, Int64)], customer: OrderCustomer? = nil) async throws -> Order {
        try await run(Self.wish(lines, customer: customer)).order
    }

    /// The orders whose reservations have expired.
    func dueOrders() async throws -> [ID<Order>] {
        let now = clock.now
        return try await engine.read { (view) throws(LedgerFailure) in try view.dueOrders(now, limit: 100) }
    }

    func level(_ sku: String, at location: String = Location.mainCode) async throws -> StockLevel? {
        try await row(StockRow.self, StockRow.Key(SKU(stored: sku), location))?.level
    }

    /// Expects a refusal, and that the ledger did not change.
    func expect<C: Command>(
        _ refusal: C.Refusal,
        of command: C,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws where C.Refusal: Equatable {
        try await expectUnchanged(C.self, sourceLocation) { () throws(CommitError<C.Refusal>) in
            try await committer.submit(command)
        } ending: {
            isRefused($0, refusal, comment, sourceLocation)
        }
    }

    /// Expects a refusal of a command sent with a key, and that nothing in the ledger changed, idempotency records included.
    func expect<C: IdempotentCommand>(
        _ refusal: C.Refusal,
        of command: C,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws where C.Refusal: Equatable {
        try await expectUnchanged(C.self, sourceLocation) { () throws(CommitError<C.Refusal>) in
            try await committer.submit(command, key: IdempotencyKey(digest: .test(0xFFFF), fingerprint: 1))
        } ending: {
            isRefused($0, refusal, comment, sourceLocation)
        }
    }

    /// Expects a failure, and that the ledger did not change.
    func expect<C: Command>(
        _ code: LedgerFailure.Code,
        _ retry: LedgerFailure.Retry,
        of command: C,
        fence: Fence? = nil,
        deadline: ContinuousClock.Instant? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expectUnchanged(C.self, sourceLocation) { () throws(CommitError<C.Refusal>) in
            try await committer.submit(command, fence: fence, deadline: deadline)
        } ending: {
            hasFailed($0, code, retry, sourceLocation)
        }
    }

    /// Expects a failure of a command sent with a key, and that the ledger did not change.
    func expect<C: IdempotentCommand>(
        _ code: LedgerFailure.Code,
        _ retry: LedgerFailure.Retry,
        of command: C,
        key: IdempotencyKey,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expectUnchanged(C.self, sourceLocation) { () throws(CommitError<C.Refusal>) in
            try await committer.submit(command, key: key)
        } ending: {
            hasFailed($0, code, retry, sourceLocation)
        }
    }

    /// Expects the invariants of every ledger.
    func expectSound(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let events = try await rows(EventRow.self)
        #expect(events.map(\.key) == Array(1...Int64(max(events.count, 1))).prefix(events.count).map { $0 })
        let movements = try await rows(MovementRow.self)
        #expect(movements.map(\.key) == Array(1...Int64(max(movements.count, 1))).prefix(movements.count).map { $0 })
        var sums: [StockRow.Key: StockLevel] = [:]
        var last: [StockRow.Key: Int64] = [:]
        for movement in movements {
            try sums[movement.stock, default: StockLevel()].apply(movement.kind, movement.quantity)
            #expect(sums[movement.stock] == movement.level, sourceLocation: sourceLocation)
            #expect(last[movement.stock] ?? 0 == movement.previous, sourceLocation: sourceLocation)
            last[movement.stock] = movement.key
        }
        for stock in try await rows(StockRow.self) {
            #expect(stock.level == sums[stock.key], sourceLocation: sourceLocation)
            #expect(stock.lastMovement == last[stock.key], sourceLocation: sourceLocation)
        }
        var held: [StockRow.Key: Int64] = [:]
        for order in try await rows(OrderRow.self).map(\.order) where order.state.holdsStock {
            for line in order.lines {
                for part in line.unshipped { held[StockRow.Key(line.sku, part.location), default: 0] += part.quantity }
            }
        }
        for (key, level) in sums {
            #expect(level.reserved == held[key] ?? 0, "\(key)", sourceLocation: sourceLocation)
        }
    }

    private func isRefused<Refusal: Equatable>(
        _ error: CommitError<Refusal>,
        _ refusal: Refusal,
        _ comment: Comment?,
        _ sourceLocation: SourceLocation
    ) -> Bool {
        guard case .refused(let actual) = error else { return false }
        #expect(actual == refusal, comment, sourceLocation: sourceLocation)
        return true
    }

    private func hasFailed<Refusal>(
        _ error: CommitError<Refusal>,
        _ code: LedgerFailure.Code,
        _ retry: LedgerFailure.Retry,
        _ sourceLocation: SourceLocation
    ) -> Bool {
        guard case .failed(let failure) = error else { return false }
        #expect(failure.code == code, sourceLocation: sourceLocation)
        #expect(failure.retry == retry, sourceLocation: sourceLocation)
        return true
    }

    private func expectUnchanged<C: Command>(
        _ type: C.Type,
        _ sourceLocation: SourceLocation,
        _ submit: () async throws(CommitError<C.Refusal>) -> Committed<C.Outcome>,
        ending isExpected: (CommitError<C.Refusal>) -> Bool
    ) async throws {
        let before = try await dump()
        do throws(CommitError<C.Refusal>) {
            let done = try await submit()
            Issue.record("\(C.name) did not end as expected: \(done)", sourceLocation: sourceLocation)
        } catch {
            guard isExpected(error) else {
                Issue.record("\(C.name) did not end as expected: \(error)", sourceLocation: sourceLocation)
                return
            }
        }
        let changes = try await dump().changes(since: before)
        #expect(changes == [], "\(C.name) changed something", sourceLocation: sourceLocation)
    }
}

extension Bits128 {
    /// A number that stands for a digest.
    static func test(_ number: UInt64) -> Bits128 { Bits128(high: number, low: ~number) }
}

extension IdempotencyKey {
    /// A key of a test, with a body.
    static func test(_ number: UInt64, body: Int64 = 1) -> IdempotencyKey {
        IdempotencyKey(digest: .test(number), fingerprint: body)
    }
}

/// Access to single rows for tests.
extension LedgerWriter {
    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? {
        let found = try load([TableKeys(selection: R.selection, keys: RowColumns(key))])
        var reader = RowColumnsReader(found[0])
        return reader.isAtEnd ? nil : R(from: &reader)
    }

    func save<R: LedgerRow>(_ row: R) throws(LedgerFailure) {
        var changes = TableChanges(R.schema)
        if try self.row(R.self, row.key) == nil {
            row.write(to: &changes.inserted)
        } else {
            row.write(to: &changes.updated)
        }
        try save([changes])
    }

    func append<R: LedgerRow>(_ row: R) throws(LedgerFailure) {
        var changes = TableChanges(R.schema)
        row.write(to: &changes.inserted)
        try save([changes])
    }

    func delete<R: LedgerRow>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) {
        var changes = TableChanges(R.schema)
        key.write(to: &changes.deleted)
        try save([changes])
    }

    /// Commits as the turn that follows `before`.
    func commit(after before: LedgerTurn?, by writer: UInt64 = .random(in: 1000...9_999_999)) throws(LedgerFailure) {
        try commit(.following(before, at: Timestamp(milliseconds: 0), writer: Bits128(high: writer, low: 0)))
    }
}
