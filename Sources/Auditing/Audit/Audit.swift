// The audit reads one snapshot of the ledger, also while a shop is running, and lists the rows that break a rule.

import Foundation
import Ledger
import LedgerEngines
import Trading

/// Audits a ledger.
package enum Audit {
    /// Audits a ledger, without writing to it.
    ///
    /// Cost: a full audit reads every row once, and the file once more for its structure; memory does not grow with the number of
    /// orders.
    ///
    /// - Throws: ``AuditError``; it may be tried again.
    package static func run(
        _ options: AuditOptions,
        progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) async throws(AuditError) -> AuditReport {
        guard options.ledger.isThere else {
            throw .file(path: options.ledger.localPath, reason: "there is no such database")
        }
        let engine: any LedgerEngine
        do throws(LedgerFailure) {
            engine = try options.ledger.inspectWhole()
        } catch {
            throw .ledger(error)
        }
        do throws(AuditError) {
            let report = try await run(options, engine: engine, progress: progress)
            await engine.close()
            return report
        } catch {
            await engine.close()
            throw error
        }
    }

    /// Audits any engine, on the engine's reading thread.
    ///
    /// - Parameter now: the time, after which reservations are overdue.
    /// - Throws: ``AuditError``; it may be tried again.
    package static func run(
        _ options: AuditOptions,
        engine: any LedgerEngine,
        now: Timestamp = .now,
        progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) async throws(AuditError) -> AuditReport {
        let start = ContinuousClock.now
        let cursor = try options.cursor.flatMap { (path) throws(AuditError) in try AuditCursor.read(path) }
        let journal = try options.journal.map { (path) throws(AuditError) in try AuditJournal(path) }
        var report: AuditReport
        var next: AuditCursor?
        do throws(LedgerFailure) {
            (report, next) = try await read(options, engine, now, cursor, journal, progress)
            if let structure = options.structure {
                progress(AuditProgress(stage: "structure", done: 0, total: nil))
                report.add(try await engine.structureErrors(structure))
            }
        } catch {
            throw .ledger(error)
        }
        if report.isClean, let path = options.cursor { try next?.write(path) }
        report.elapsed = ContinuousClock.now - start
        return report
    }

    /// Reads everything in one snapshot; if the store cannot be read completely, the report says so.
    private static func read(
        _ options: AuditOptions,
        _ engine: any LedgerEngine,
        _ now: Timestamp,
        _ cursor: AuditCursor?,
        _ journal: AuditJournal?,
        _ progress: @escaping @Sendable (AuditProgress) -> Void
    ) async throws(LedgerFailure) -> (AuditReport, AuditCursor?) {
        try await engine.read { (view) throws(LedgerFailure) in
            let pass = AuditPass(view: view, options: options, now: now, progress: progress)
            do throws(LedgerFailure) {
                try pass.run(from: cursor, journal)
                return (pass.finish(), try pass.cursor())
            } catch  where error.code == .corrupt {
                pass.findings.add(.structure, "", "", expected: "rows that can be read", found: error.detail)
                return (pass.finish(), nil)
            }
        }
    }
}

extension AuditPass {
    fileprivate func run(from cursor: AuditCursor?, _ journal: AuditJournal?) throws(LedgerFailure) {
        if options.scope == .incremental {
            if let cursor, try canContinue(from: cursor) {
                report.scope = .incremental
                try runIncrementally(from: cursor)
            } else {
                if cursor == nil { report.scopeReason = "there is no cursor yet" }
                try runFully()
            }
        } else {
            try runFully()
        }
        if let journal { try auditJournal(journal) }
    }

    private func runFully() throws(LedgerFailure) {
        flows = Fingerprint(facts: try view.counter(CounterRow.movements))
        happenings = Fingerprint(facts: try view.counter(CounterRow.events))
        try auditEvents()
        try auditCustomers()
        try auditReturns()
        try auditCredits()
        try auditReceipts()
        try auditShipments()
        try auditOrders(expected: feedFloor < 0 ? announced : nil)
        try auditUnpaid()
        try auditPayments()
        try auditBooks()
        try auditStock()
        try auditCarts()
        try explainFlows()
        try explainHappenings()
    }

    /// Whether an incremental audit is possible; records the reason if not.
    private func canContinue(from cursor: AuditCursor) throws(LedgerFailure) -> Bool {
        let epoch = try view.counter(CounterRow.epoch)
        guard epoch == cursor.epoch else {
            report.scopeReason = "the ledger was restored since the cursor"
            return false
        }
        let events = try view.counter(CounterRow.events)
        let movements = try view.counter(CounterRow.movements)
        guard events >= cursor.events, movements >= cursor.movements else {
            findings.add(
                .acknowledgedOrders,
                "counters",
                "events, movements",
                expected: "at least \(cursor.events), \(cursor.movements), as audited before",
                found: "\(events), \(movements)"
            )
            report.scopeReason = "the ledger went back behind the cursor"
            return false
        }
        guard (events - cursor.events) + (movements - cursor.movements) <= options.incrementalRowsMax else {
            report.scopeReason = "more is new than an incremental audit takes"
            return false
        }
        let first = try view.rows(RowQuery<AuditedEvent>(limit: 1)).first
        guard cursor.events == 0 || cursor.events == events || (first.map { $0.key <= cursor.events + 1 } ?? false)
        else {
            report.scopeReason = "events behind the cursor were pruned"
            return false
        }
        return true
    }

    /// The cursor after this audit.
    fileprivate func cursor() throws(LedgerFailure) -> AuditCursor {
        let last = try view.rows(RowQuery<AuditedEvent>(descending: true, limit: 1)).first
        return AuditCursor(
            events: report.events,
            movements: report.movements,
            at: Timestamp(milliseconds: last?.at ?? 0),
            epoch: try view.counter(CounterRow.epoch)
        )
    }
}

extension AuditReport {
    fileprivate mutating func add(_ errors: [String]) {
        for error in errors {
            violations.append(
                AuditViolation(invariant: .structure, table: "", key: "", expected: "a sound file", found: error)
            )
        }
        if !errors.isEmpty { counts[.structure, default: 0] += errors.count }
    }
}
