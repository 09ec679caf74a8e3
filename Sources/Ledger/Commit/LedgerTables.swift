/// The tables of a ledger.
public enum LedgerTables {
    /// The row types of all tables, by feature.
    public static let rows: [any LedgerRow.Type] = [
        ProductRow.self, DeletedProductRow.self, GroupRow.self,
        LocationsRow.self, StockRow.self, MovementRow.self,
        OrderRow.self, UnpaidUnitsRow.self, CartRow.self,
        PaymentRow.self, InboxRow.self, GiftCardRow.self, StoreCreditRow.self,
        JournalRow.self, BalanceRow.self, CreditRow.self,
        ShipmentRow.self, HandlingRow.self, LabelRow.self, CarrierNoticeRow.self, ArrivalCountRow.self, ReturnRow.self,
        ArchiveFileRow.self, ArchivedOrderRow.self,
        CustomerRow.self, EmailRow.self,
        EventRow.self, WebhookRow.self, DeliveryRow.self,
        IdempotencyRow.self, OutcomeBucketRow.self,
        TaskRow.self, LeaseRow.self,
        APIKeyRow.self, SettingRow.self, CounterRow.self, RestoreRow.self, RecoveredParcelRow.self,
    ]

    /// Their descriptions.
    public static var schemas: [TableSchema] { rows.map { $0.schema } }
}
