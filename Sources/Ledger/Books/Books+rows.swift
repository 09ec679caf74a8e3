import JSON
import Trading

/// One entry of the journal, which only ever grows.
///
/// Entries are numbered without gaps over the whole shop.
public struct JournalRow: LedgerRow {
    /// `journal`, by number.
    public static let schema = TableSchema(
        "journal",
        key: [.integer("number")],
        [
            .time("at"), .integer("kind"), .id("order_id").orNull, .id("payment").orNull, .text("note").orNull,
            .bytes("postings"),
        ],
        layout: .apart,
        indexes: [TableIndex("journal_by_order", on: "order_id", "number", where: "order_id IS NOT NULL")]
    )

    /// Its number, from 1.
    public let key: Int64
    /// When.
    public let at: Timestamp
    /// The postings.
    public let entry: JournalEntry

    init(number: Int64, at: Timestamp, _ entry: JournalEntry) {
        key = number
        self.at = at
        self.entry = entry
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.integer(key)
        columns.time(at)
        columns.integer(entry.kind.rawValue)
        columns.id(entry.order)
        columns.id(entry.payment)
        columns.text(entry.note)
        columns.bytes(entry.postingsJSON)
    }

    /// Reads the columns; nil for an entry that does not balance.
    public init?(from columns: inout some ColumnReader) {
        guard let number = columns.integer(), let at = columns.time(),
            let kind = columns.integer().flatMap(JournalKind.init)
        else { return nil }
        let (order, payment, note) = (columns.id(Order.self), columns.id(Payment.self), columns.text())
        guard let bytes = columns.bytes(), let postings = [Posting](postingsJSON: bytes) else { return nil }
        do throws(JournalRefusal) {
            let entry = try JournalEntry(kind, order: order, payment: payment, note: note, postings: postings)
            self.init(number: number, at: at, entry)
        } catch {
            return nil
        }
    }
}

/// The balance of an account in one currency: always the sum of its postings.
public struct BalanceRow: LedgerRow {
    /// The limit of a balance for commands that ask for something new, in minor units, in either direction.
    ///
    /// The other half of the 64-bit range is reserved for facts: money that was captured or refunded has moved, and must be
    /// recorded.
    public static let limit: Int64 = 1 << 62

    /// An account and a currency.
    public struct Key: RowKey {
        /// The account.
        public let account: Account
        /// The currency.
        public let currency: Currency

        /// An account in a currency.
        public init(_ account: Account, _ currency: Currency) {
            self.account = account
            self.currency = currency
        }

        /// Writes the three columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.integer(account.number)
            columns.text(account.provider)
            columns.text(currency.code)
        }

        /// Reads the three columns.
        public init?(from columns: inout some ColumnReader) {
            guard let number = columns.integer(), let provider = columns.text(),
                let account = Account(number: number, provider: provider),
                let currency = columns.text().flatMap(Currency.init)
            else { return nil }
            self.init(account, currency)
        }
    }

    /// `balances`, by account and currency.
    public static let schema = TableSchema(
        "balances",
        key: [.integer("account"), .text("provider"), .text("currency")],
        [.integer("amount")]
    )

    /// The account and the currency.
    public let key: Key
    /// Debits less credits, in minor units.
    public let amount: Int64

    /// The row of a balance.
    public init(_ key: Key, amount: Int64) {
        self.key = key
        self.amount = amount
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.integer(amount)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let amount = columns.integer() else { return nil }
        self.init(key, amount: amount)
    }
}
