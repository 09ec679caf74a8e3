import Trading

@testable import Ledger

/// Every row of every table, so that "nothing changed" can be said of the whole ledger.
struct LedgerDump: Equatable, Sendable {
    private(set) var tables: [String: [[MemoryColumn]]] = [:]

    init(_ view: any LedgerView) throws(LedgerFailure) {
        try add(ProductRow.self, view)
        try add(DeletedProductRow.self, view)
        try add(GroupRow.self, view)
        try add(LocationsRow.self, view)
        try add(StockRow.self, view)
        try add(MovementRow.self, view)
        try add(OrderRow.self, view)
        try add(CartRow.self, view)
        try add(ReturnRow.self, view)
        try add(CreditRow.self, view)
        try add(CustomerRow.self, view)
        try add(EmailRow.self, view)
        try add(EventRow.self, view)
        try add(CounterRow.self, view)
        try add(IdempotencyRow.self, view)
        try add(TaskRow.self, view)
        try add(LeaseRow.self, view)
        try add(APIKeyRow.self, view)
        try add(SettingRow.self, view)
        try add(PaymentRow.self, view)
        try add(JournalRow.self, view)
        try add(BalanceRow.self, view)
        try add(GiftCardRow.self, view)
        try add(StoreCreditRow.self, view)
        try add(InboxRow.self, view)
        try add(ShipmentRow.self, view)
        try add(HandlingRow.self, view)
        try add(ArrivalCountRow.self, view)
        try add(LabelRow.self, view)
        try add(CarrierNoticeRow.self, view)
        try add(WebhookRow.self, view)
        try add(DeliveryRow.self, view)
        try add(OutcomeBucketRow.self, view)
        try add(UnpaidUnitsRow.self, view)
    }

    private mutating func add<R: LedgerRow>(_ type: R.Type, _ view: any LedgerView) throws(LedgerFailure) {
        tables[R.schema.name] = try view.rows(RowQuery<R>(limit: .max)).map { row in
            RowColumns(row).memory
        }
    }

    /// The tables whose rows differ.
    func changes(since before: LedgerDump) -> [String] {
        tables.keys.filter { tables[$0] != before.tables[$0] }.sorted()
    }
}
