// What a batch of commands decides on: the rows that they name, the time, and a source of ids. It lives on the committer's
// thread from one transaction to the next. Rows of the tables that every order needs (products, stock, locations) stay in it
// between batches as long as nobody else has committed: the engine says so inside the transaction, so a kept row is never stale.

import JSON
import Trading

/// The state that commands decide on and change.
public final class WorkingSet {
    private let source = BatchSource()
    /// Those of the properties below that hold rows of a table.
    private(set) var tables: [BatchTable] = []
    private var random: any RandomNumberGenerator
    /// The upper half of the last id made.
    private var lastID: UInt64 = 0
    /// Orders that stay from batch to batch: most are paid and shipped soon after they were placed.
    private static let keptOrders = 1024
    /// Balances that stay from batch to batch: there are a few for each currency.
    private static let keptBalances = 256

    /// How far from nothing the running command may carry a balance.
    private var balanceLimit: Int64 = BalanceRow.limit
    /// The account that the running command would carry further than that.
    private(set) var overflow: BalanceRow.Key?

    /// The time of the batch.
    public private(set) var now = Timestamp(milliseconds: 0)

    /// Products by SKU.
    public let products = Rows<ProductRow>(keeping: .max)
    /// What is left of deleted products, by SKU.
    public let deletedProducts = Rows<DeletedProductRow>()
    /// Groups of variants by code.
    public let groups = Rows<GroupRow>()
    /// The shop's locations.
    public let locations = Rows<LocationsRow>(keeping: 1)
    /// Stock counters by SKU and location.
    public let stock = Rows<StockRow>(keeping: .max)
    /// Orders by id.
    public let orders = Rows<OrderRow>(keeping: WorkingSet.keptOrders)
    /// Carts by id.
    public let carts = Rows<CartRow>()
    /// Returns by id.
    public let returns = Rows<ReturnRow>()
    /// Credits by id.
    public let credits = Rows<CreditRow>()
    /// Customers by id.
    public let customers = Rows<CustomerRow>()
    /// Whose an e-mail address is.
    public let emails = Rows<EmailRow>()
    /// What requests with a key did.
    public let idempotency = Rows<IdempotencyRow>()
    /// Work that is due at a time.
    public let tasks = Rows<TaskRow>()
    /// Who may do what only one may.
    public let leases = Rows<LeaseRow>()
    /// API keys by id.
    public let apiKeys = Rows<APIKeyRow>()
    /// Values made once.
    public let settings = Rows<SettingRow>()
    /// Shipments by id.
    public let shipments = Rows<ShipmentRow>()
    /// Shipments and open returns of an order.
    public let handling = Rows<HandlingRow>()
    /// How parcels arrived, by carrier and lateness.
    public let arrivals = Rows<ArrivalCountRow>()
    /// Labels by shipment.
    public let labels = Rows<LabelRow>()
    /// Carriers' webhooks that were taken.
    public let carrierNotices = Rows<CarrierNoticeRow>()
    /// Events of the past, for pruning; new ones go through ``event(_:_:_:)``.
    public let pastEvents = Rows<EventRow>()
    /// Journal entries of the past, for erasure; new ones go through ``post(_:)``.
    public let pastEntries = Rows<JournalRow>()
    /// New events.
    public let events = Appends<EventRow>()
    /// New stock movements.
    public let movements = Appends<MovementRow>()
    /// Payments by id.
    public let payments = Rows<PaymentRow>(keeping: WorkingSet.keptOrders)
    /// What each account of the books comes to.
    public let balances = Rows<BalanceRow>(keeping: WorkingSet.keptBalances)
    /// Gift cards by id.
    public let giftCards = Rows<GiftCardRow>()
    /// What customers are owed as store credit.
    public let storeCredits = Rows<StoreCreditRow>()
    /// Webhooks of providers that were taken.
    public let inbox = Rows<InboxRow>()
    /// New journal entries; they go through ``post(_:)``.
    public let journal = Appends<JournalRow>()
    private let counters = Rows<CounterRow>(keeping: 3)
    /// Webhooks' endpoints by id.
    public let webhooks = Rows<WebhookRow>()
    /// Attempts at deliveries by endpoint and number.
    public let deliveries = Rows<DeliveryRow>()
    /// How requests ended, by time and class.
    public let outcomes = Rows<OutcomeBucketRow>()
    /// Units that are held unpaid, by client and by SKU; orders keep them.
    public let unpaidUnits = Rows<UnpaidUnitsRow>(keeping: .max)

    /// A working set over a writer.
    ///
    /// - Parameter keepLimit: rows of each hot table that may stay from batch to batch.
    public init(random: any RandomNumberGenerator, keepLimit: Int) {
        self.random = random
        for case let rows as any BatchedRows in Mirror(reflecting: self).children.map(\.value) {
            rows.join(source, keepingAtMost: keepLimit)
            if let table = rows.batch { tables.append(table) }
        }
        orders.onChange = { [unowned self] before, after in countUnpaid(before, after) }
    }

    // MARK: What commands use

    /// A fresh id.
    public func freshID<Subject>(_ subject: Subject.Type = Subject.self) -> ID<Subject> {
        let id = ID<Subject>(at: now, random: (random.next(), random.next()), after: lastID)
        lastID = id.high
        return id
    }

    /// Fresh random bytes.
    public func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Adds an event to the feed, with the members of its data.
    ///
    /// - Parameter isProbe: whether a prober did it; it is numbered like all, and shown to no merchant.
    public func event(
        _ type: EventType,
        _ subject: String,
        isProbe: Bool = false,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) {
        var json = JSONWriter(capacity: 160)
        json.beginObject()
        members(&json)
        json.endObject()
        let seq = next(CounterRow.events)
        events.append(EventRow(seq: seq, at: now, type: type, isProbe: isProbe, subject: subject, data: json.bytes))
    }

    /// The number of the last event of the feed, those of this batch included.
    public var lastEvent: Int64 { counters.get(CounterRow.events)?.value ?? 0 }

    /// Moves stock, and appends the movement to the ledger; a refusal changes nothing.
    @discardableResult
    public func move(
        _ key: StockRow.Key,
        _ kind: MovementKind,
        _ quantity: Int64,
        order: ID<Order>? = nil,
        reason: String? = nil
    ) throws(StockRefusal) -> MovementRow {
        var row = stock.get(key) ?? StockRow(key)
        try row.level.apply(kind, quantity)
        let movement = MovementRow(
            id: next(CounterRow.movements),
            stock: key,
            kind: kind,
            quantity: quantity,
            level: row.level,
            previous: row.lastMovement,
            at: now,
            order: order,
            reason: reason
        )
        row.lastMovement = movement.key
        stock.put(row)
        movements.append(movement)
        return movement
    }

    /// Posts an entry to the journal and to the balances of its accounts.
    ///
    /// A balance that would go beyond its limit, further from nothing than it is, stays: the command is then refused as a whole.
    public func post(_ entry: JournalEntry) {
        journal.append(JournalRow(number: next(CounterRow.journal), at: now, entry))
        for posting in entry.postings {
            let key = BalanceRow.Key(posting.account, posting.amount.currency)
            let balance = balances.get(key)?.amount ?? 0
            let (sum, isBeyond) = balance.addingReportingOverflow(posting.amount.amount)
            guard !isBeyond, sum.magnitude <= max(balanceLimit.magnitude, balance.magnitude) else {
                overflow = overflow ?? key
                continue
            }
            balances.put(BalanceRow(key, amount: sum))
        }
    }

    /// The shop's locations, the preferred first; every shop has one.
    public var allLocations: [Location] {
        locations.get(LocationsRow.all)?.locations
            ?? [Location(code: Location.mainCode, name: "Main", version: 1)]
    }

    private func next(_ counter: String) -> Int64 {
        var row = counters.get(counter) ?? CounterRow(counter, value: 0)
        row.value += 1
        counters.put(row)
        return row.value
    }

    // MARK: What the committer uses

    /// The first failure to load a row in this batch.
    var loadFailure: LedgerFailure? { source.failure }

    /// Whether there is anything to commit.
    var hasChanges: Bool { tables.contains { $0.hasChanges() } }

    /// Starts a batch in a turn; rows of the batch before are kept where they still hold.
    func begin(_ writer: any LedgerWriter, at time: Timestamp, keeping: Bool) {
        source.writer = writer
        source.reset()
        now = time
        if !keeping { end(keeping: false) }
    }

    /// Loads the rows that commands said they want, all of them together.
    func loadWanted() {
        var (keys, takers): ([TableKeys], [(RowColumns) -> Void]) = ([], [])
        for table in tables {
            guard let wanted = table.takeWanted() else { continue }
            keys.append(wanted)
            takers.append(table.take)
        }
        guard let writer = source.writer, !keys.isEmpty else { return }
        do throws(LedgerFailure) {
            for (take, rows) in zip(takers, try writer.load(keys)) { take(rows) }
        } catch {
            source.fail(error)
        }
    }

    /// Starts a command, which may carry balances so far from nothing: what follows can be undone.
    func mark(balancesUpTo limit: Int64) {
        source.command += 1
        balanceLimit = limit
        overflow = nil
    }

    func undo() {
        for table in tables { table.undo() }
    }

    func save(to writer: any LedgerWriter) throws(LedgerFailure) {
        try writer.save(tables.compactMap { $0.changes() })
    }

    func end(keeping: Bool) {
        for table in tables { table.end(keeping) }
    }
}
