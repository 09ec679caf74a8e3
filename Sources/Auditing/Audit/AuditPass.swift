import Ledger
import Trading

/// One audit of one snapshot: what has been found so far, and what the tables say about each other.
///
/// Lives on the engine's reading thread. Its size does not grow with the number of orders: sums are kept for each SKU at each
/// location, everything else is compared by fingerprint.
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
    /// Movements of orders, less what the orders say.
    var flows = Fingerprint(facts: 0)
    /// Events, less the things that they are about.
    var happenings = Fingerprint(facts: 0)
    /// Things made at or before this time, in milliseconds, may have lost their first events to pruning.
    var feedFloor: Int64 = -1
    /// Orders that the feed announced.
    var announced = 0
    /// The order of the newest `order.expired` event.
    var lastExpired: Bits128?
    /// Until when the order that a worker expired last had been held.
    var expiredUntil: Timestamp?
    /// Unpaid orders past their time of which nothing shows that a worker passed them by.
    var waitingForWorker = 0

    /// Attempts that the orders count.
    var attempts = 0
    /// Orders whose customers are owed money.
    var owing = 0
    /// Arrivals by carrier and span, counted again.
    var arrivals: [ArrivalCountRow.Key: Int64] = [:]
    /// What the books should come to, by what payments, gift cards and store credit say.
    var books = BookSums()
    /// Payments that wait for their provider for long.
    var waitingForProvider = 0
    /// Payments of which the provider refused a capture, a refund or a void.
    var stuckPayments = 0

    /// How long a payment may wait for its provider without a word in the report.
    static let providerSeconds: Int64 = 300
    /// How long after its end a reservation may be found.
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

    /// Counts rows of a table as looked at, and tells how far it is.
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

    /// The report of all that was found.
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

    /// Whether the first events of a thing must still be in the feed.
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
