import CProcess
import Foundation
import Ledger
import LedgerPostgres
import LedgerSQLite
import Synchronization
import Trading

/// One check of a ledger for damage, beside the processes that use it.
public final class LedgerCheck: Sendable {
    /// The result of a check.
    public struct Report: Hashable, Sendable {
        /// What is wrong, in the engine's words; empty where all that was checked is sound.
        public var errors: [String]
        /// Parts that could not be checked.
        public var left: [String]
        /// Whether a full check left out the list of free pages, because the log grew too much meanwhile.
        public var hasLeftFreePages: Bool
        /// How many tables were checked, with their indexes.
        public var tables: Int
        /// How long it took.
        public var took: Duration

        /// The damage that was found; nil for none.
        public var finding: DamageFinding? {
            errors.first.map { first in
                let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
                return DamageFinding(at: .now, by: .check, first + more)
            }
        }

        /// Whether all was checked, and is sound.
        public var isClean: Bool { errors.isEmpty && left.isEmpty && !hasLeftFreePages }
    }

    private enum Check {
        case file(FileCheck)
        case server(PostgresCheck)
    }

    private let check: Check

    /// A check of a ledger.
    public init(of location: LedgerLocation) {
        switch location {
        case .file(let settings): check = .file(FileCheck(settings))
        case .server(let settings, _): check = .server(PostgresCheck(settings))
        }
    }

    /// Ends the check under way.
    public func stop() {
        switch check {
        case .file(let check): check.stop()
        case .server(let check): check.stop()
        }
    }

    /// Checks, on a thread of its own.
    ///
    /// Cost: reads the whole ledger.
    ///
    /// - Parameter isIdle: whether it takes the processor and the disk only where nothing else wants them.
    /// - Throws: a failure where the ledger cannot be checked, which says nothing about it; it may be tried again.
    public func run(_ kind: StructureCheck, isIdle: Bool) async throws(LedgerFailure) -> Report {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Report, LedgerFailure>, Never>) in
            let thread = Thread { [check] in
                // Without a low priority the check is only in the way of others.
                if isIdle { _ = tradewind_thread_idle() }
                continuation.resume(returning: Self.result(of: check, kind))
            }
            thread.name = "ledger-check"
            thread.stackSize = 2 << 20
            thread.start()
        }
        return try result.get()
    }

    private static func result(of check: Check, _ kind: StructureCheck) -> Result<Report, LedgerFailure> {
        let started = ContinuousClock.now
        do throws(LedgerFailure) {
            var report = try report(of: check, kind)
            report.took = ContinuousClock.now - started
            return .success(report)
        } catch {
            guard error.code == .corrupt else { return .failure(error) }
            let took = ContinuousClock.now - started
            return .success(Report(errors: [error.detail], left: [], hasLeftFreePages: false, tables: 0, took: took))
        }
    }

    private static func report(of check: Check, _ kind: StructureCheck) throws(LedgerFailure) -> Report {
        switch check {
        case .file(let check):
            let report = try check.run(kind)
            return Report(
                errors: report.errors,
                left: report.left,
                hasLeftFreePages: report.hasLeftFreePages,
                tables: report.tables,
                took: .zero
            )
        case .server(let check):
            let tables = LedgerTables.schemas.count
            return Report(errors: try check.run(kind), left: [], hasLeftFreePages: false, tables: tables, took: .zero)
        }
    }
}
