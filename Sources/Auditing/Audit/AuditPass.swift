import Ledger
import Trading

/// One audit of one snapshot: the findings so far, and the facts to compare between tables.
///
/// Confined to the engine's reading thread. Its size does not grow with the number of orders: sums are kept for each SKU at each
/// location, all else is compared by fingerprint.
final class AuditPass {
    let view: any LedgerView
    let options: AuditOptions
    let now: Timestamp
    let progress: @Sendable (AuditProgress) -> Void

    var findings: AuditFindings
    var report: AuditReport
    var stock = StockAudit(after: 0)
    /// Orders that receipts name.
    var receipts = ReceiptMerge()
    /// Units that open orders hold.
    var held: [StockRow.Key: Int64] = [:]
    /// Units that clients without a key hold unpaid.
    var unpaid = UnpaidTally()
    /// Movements of orders, minus the expected ones.
    var flows = Fingerprint(facts: 0)
    /// Events, minus the expected ones.
    var happenings = Fingerprint(facts: 0)
    /// Objects created at or before this time, in milliseconds, may have lost their first events to pruning.
    var feedFloor: Int64 = -1
    /// Orders with an event of their placement.
    var announced = 0
    /// The order of the newest `order.expired` event.
    var lastExpired: Bits128?
    /// The end of the reservation of the order that a worker expired last.
    var expiredUntil: Timestamp?
    /// Overdue unpaid orders without evidence that a worker passed them.
    var waitingForWorker = 0

    /// Attempts that the orders count.
    var attempts = 0
    /// Orders whose customers are owed money.
    var owing = 0
    /// Arrivals by carrier and interval, counted anew.
    var arrivals: [ArrivalCountRow.Key: Int64] = [:]
    /// The expected balances, from payments, gift cards and store credit.
    var books = BookSums()
    /// Payments that have waited for their provider for long.
    var waitingForProvider = 0
    /// Payments with a refused capture, refund or void.
    var stuckPayments = 0

    /// How long a payment may wait for its provider without being mentioned in the report.
    static let providerSeconds: Int64 = 300
    /// How long after its end a reservation may still exist.
    static let overdueSeconds: Int64 = 60

    init(
        view: any LedgerView,
        options: AuditOptions,
        now: Timestamp,
        progress: @escaping @Sendable (AuditProgress) -> Void
    ) {
        self.view = view
        self.options = options
        self.now = now
        self.progress = progress
        findings = AuditFindings(listMax: options.listMax)
        report = AuditReport(at: now)
    }

    /// Counts checked rows of a table, and reports the progress.
    func count(_ table: String, _ rows: Int, of total: Int? = nil) {
        let done = report.checked[table, default: 0] + rows
        report.checked[table] = done
        progress(AuditProgress(stage: table, done: done, total: total))
    }

    /// Reports a row by its id.
    func add<Subject>(
        _ invariant: AuditInvariant,
        _ table: String,
        _ id: ID<Subject>,
        _ expected: @autoclosure () -> String,
        _ found: @autoclosure () -> String
    ) {
        findings.add(invariant, table, "\(id)", expected: expected(), found: found())
    }

    /// The report of all findings.
    func finish() -> AuditReport {
        if waitingForWorker > 0 {
            report.notices.append(
                "\(waitingForWorker) unpaid orders are more than \(Self.overdueSeconds) s past their reservation; "
                    + "no worker has passed them by, so the shop was down or is catching up"
            )
        }
        if waitingForProvider > 0 {
            report.notices.append(
                "\(waitingForProvider) payments wait for their provider for more than \(Self.providerSeconds) s"
            )
        }
        if stuckPayments > 0 {
            report.notices.append(
                "\(stuckPayments) payments had a capture, refund or void refused; somebody has to look"
            )
        }
        if owing > 0 {
            report.notices.append(
                "\(owing) orders owe their customers money that is to be given back: GET /v1/orders?balance=owed lists them"
            )
        }
        report.violations = findings.violations.sorted { $0.invariant.order < $1.invariant.order }
        report.counts = findings.counts
        return report
    }

    /// Whether the first events of an object must still be in the feed.
    func isInFeed(_ subject: Bits128) -> Bool {
        subject.milliseconds > feedFloor
    }
}

extension AuditInvariant {
    fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Bits128 {
    /// The time in a UUIDv7, in milliseconds since 1970.
    var milliseconds: Int64 { Int64(high >> 16) }
}
