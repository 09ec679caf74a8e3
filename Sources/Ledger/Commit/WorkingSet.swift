// The basis of a batch's decisions: the named rows, the time, and a source of ids. It lives on the committer's thread from one
// transaction to the next. Rows of the tables that every order needs (products, stock, locations) stay in it between batches as
// long as no other writer has committed: the engine says so inside the transaction, so a kept row is never stale.

import JSON
import Trading

/// The state that commands decide on and change.
///
/// Confined to the thread of its batch runner.
public final class WorkingSet {
    private let source = BatchSource()
    /// The properties below that hold the rows of a table.
    private(set) var tables: [BatchTable] = []
    private var random: any RandomNumberGenerator
    /// The upper half of the last id made.
    private var lastID: UInt64 = 0
    /// Orders that stay between batches: most are paid and shipped soon after they were placed.
    private static let keptOrders = 1024
    /// Balances that stay between batches: there are a few for each currency.
    private static let keptBalances = 256

    /// The limit of balances for the running command.
    private var balanceLimit: Int64 = BalanceRow.limit
    /// The account for which the running command would exceed that limit.
    private(set) var overflow: BalanceRow.Key?

    /// The time of the batch.
    public private(set) var now = Timestamp(milliseconds: 0)

    /// Products by SKU.
    public let products = Rows<ProductRow>(keeping: .max)
    /// Last versions of deleted products, by SKU.
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
    /// The customers of e-mail addresses.
    public let emails = Rows<EmailRow>()
    /// The records of requests with a key.
    public let idempotency = Rows<IdempotencyRow>()
    /// Tasks by kind and subject.
    public let tasks = Rows<TaskRow>()
    /// Leases by name.
    public let leases = Rows<LeaseRow>()
    /// API keys by id.
    public let apiKeys = Rows<APIKeyRow>()
    /// Values of the shop that are made once.
    public let settings = Rows<SettingRow>()
    /// Shipments by id.
    public let shipments = Rows<ShipmentRow>()
    /// Shipments and open returns of orders.
    public let handling = Rows<HandlingRow>()
    /// Counts of arrivals, by carrier and lateness.
    public let arrivals = Rows<ArrivalCountRow>()
    /// Labels by shipment.
    public let labels = Rows<LabelRow>()
    /// Received webhooks of carriers.
    public let carrierNotices = Rows<CarrierNoticeRow>()
    /// Stored events, for pruning; new ones are added by ``event(_:_:_:)``.
    public let pastEvents = Rows<EventRow>()
    /// Stored journal entries, for erasure; new ones are added by ``post(_:)``.
    public let pastEntries = Rows<JournalRow>()
    /// New events.
    public let events = Appends<EventRow>()
    /// New stock movements.
    public let movements = Appends<MovementRow>()
    /// Payments by id.
    public let payments = Rows<PaymentRow>(keeping: WorkingSet.keptOrders)
    /// The balance of each account of the books.
    public let balances = Rows<BalanceRow>(keeping: WorkingSet.keptBalances)
    /// Gift cards by id.
    public let giftCards = Rows<GiftCardRow>()
    /// Customers' store credit.
    public let storeCredits = Rows<StoreCreditRow>()
    /// Received webhooks of providers.
    public let inbox = Rows<InboxRow>()
    /// New journal entries; added by ``post(_:)``.
    public let journal = Appends<JournalRow>()
    private let counters = Rows<CounterRow>(keeping: CounterRow.all.count)
    /// Webhooks' endpoints by id.
    public let webhooks = Rows<WebhookRow>()
    /// Delivery attempts by endpoint and number.
    public let deliveries = Rows<DeliveryRow>()
    /// Restores of the shop, by the epoch that each began.
    public let restores = Rows<RestoreRow>(keeping: 8)
    /// What was decided on bookings found after a restore.
    public let recoveredParcels = Rows<RecoveredParcelRow>()
    /// Outcome counts of requests, by time and class.
    public let outcomes = Rows<OutcomeBucketRow>()
    /// The files of the archive, by number.
    package let archiveFiles = Rows<ArchiveFileRow>()
    /// Orders in these files, by id.
    package let archivedOrders = Rows<ArchivedOrderRow>()
    /// Units held unpaid, by client and by SKU; maintained by changes of orders.
    public let unpaidUnits = Rows<UnpaidUnitsRow>(keeping: .max)

    /// A working set over a writer.
    ///
    /// - Parameter keepLimit: rows of each hot table that may stay between batches.
    public init(random: any RandomNumberGenerator, keepLimit: Int) {
        self.random = random
        for case let rows as any BatchedRows in Mirror(reflecting: self).children.map(\.value) {
            rows.join(source, keepingAtMost: keepLimit)
            if let table = rows.batch { tables.append(table) }
        }
        orders.onChange = { [unowned self] before, after in countUnpaid(before, after) }
        payments.onUse = { [unowned self] row in inThisEpoch(row) }
    }

    // MARK: What commands use

    /// A new id.
    public func freshID<Subject>(_ subject: Subject.Type = Subject.self) -> ID<Subject> {
        let id = ID<Subject>(at: now, random: (random.next(), random.next()), after: lastID)
        lastID = id.high
        return id
    }

    /// New random bytes.
    public func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Adds an event to the feed, with the members of its data.
    ///
    /// - Parameter isProbe: whether a prober caused it; it is numbered like all others, and not shown to merchants.
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
        events.append(
            EventRow(
                seq: seq,
                at: now,
                type: type,
                isProbe: isProbe,
                subject: subject,
                data: json.bytes,
                epoch: epoch
            )
        )
    }

    /// The number of the last event of the feed, including those of this batch.
    public var lastEvent: Int64 { counters.get(CounterRow.events)?.value ?? 0 }

    /// The epoch that the last restore began; 0 in a shop that was never restored.
    public var epoch: Int64 { counters.get(CounterRow.epoch)?.value ?? 0 }

    /// The last restore; nil in a shop that was never restored.
    public var lastRestore: Restoration? { epoch == 0 ? nil : restores.get(epoch)?.restore }

    /// Begins the epoch of a restore.
    func begin(_ restore: Restoration) {
        counters.put(CounterRow(CounterRow.epoch, value: restore.epoch))
        restores.put(RestoreRow(restore))
    }

    /// Moves stock, and appends the movement to the stock ledger.
    ///
    /// - Throws: a refusal, which changes nothing.
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
    /// A balance that would exceed its limit is not changed; the whole command is then refused.
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

    /// Whether there are changes to commit.
    var hasChanges: Bool { tables.contains { $0.hasChanges() } }

    /// Rows that are named and not loaded yet.
    struct Wanted {
        /// Their keys, by table.
        fileprivate(set) var keys: [TableKeys] = []
        fileprivate var takers: [(RowColumns) -> Void] = []
    }

    /// Names rows for a batch before its turn has begun, so that they are loaded together with that.
    ///
    /// - Parameters:
    ///   - keeping: whether the rows of the batch before are likely to be current; they are dropped otherwise.
    ///   - name: names the rows, and looks at none that is not kept.
    func plan(keeping: Bool, _ name: (WorkingSet) -> Void) -> Wanted {
        if !keeping { end(keeping: false) }
        source.isPlanning = true
        defer { source.isPlanning = false }
        for counter in CounterRow.all { counters.want(counter) }
        name(self)
        return takeWanted()
    }

    /// Begins a batch in a turn, with the rows that were loaded with it.
    func begin(_ writer: any LedgerWriter, at time: Timestamp, _ wanted: Wanted, _ rows: [RowColumns]) {
        source.writer = writer
        source.reset()
        now = time
        for (take, rows) in zip(wanted.takers, rows) { take(rows) }
    }

    /// Drops the rows that are there: some of them are not current.
    func restart() {
        end(keeping: false)
        for counter in CounterRow.all { counters.want(counter) }
    }

    /// Loads the named rows, all of them together.
    ///
    /// Cost: one round trip for each table.
    func loadWanted() {
        let wanted = takeWanted()
        guard let writer = source.writer, !wanted.keys.isEmpty else { return }
        do throws(LedgerFailure) {
            for (take, rows) in zip(wanted.takers, try writer.load(wanted.keys)) { take(rows) }
        } catch {
            source.fail(error)
        }
    }

    private func takeWanted() -> Wanted {
        var wanted = Wanted()
        for table in tables {
            guard let keys = table.takeWanted() else { continue }
            wanted.keys.append(keys)
            wanted.takers.append(table.take)
        }
        return wanted
    }

    /// Begins a command with a limit of balances; its changes can be undone.
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
