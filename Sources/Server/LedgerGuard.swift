// Keeps watch over the ledger's file: checks it on a schedule, writes a mark that could not be written before, and tells the log when the shop
// becomes read-only and when it is not any more. The mark itself is looked at before each commit, not here.

import Foundation
import Ledger
import LedgerEngines
import Logging
import ServiceLifecycle
import Trading

/// The scheduled checks of a shop's ledger.
struct LedgerGuard: Service {
    /// How often the ledger is checked.
    struct Schedule: Hashable, Sendable {
        /// From the end of a check to the next one.
        let quick: Duration
        /// From the end of a full check to the next full one.
        let full: Duration
        /// The pause between looks at the mark and at the schedule.
        var look = Duration.seconds(1)
        /// The least time between checks for which a contradiction gives cause, and before one that was not finished is made again.
        var again = Duration.seconds(60)
    }

    let ledger: GuardedLedger
    let location: LedgerLocation
    let schedule: Schedule
    let logger: Logger

    /// A clock that was ahead by more than this when a check was recorded was wrong.
    private static let clockTolerance: Int64 = 5000

    /// Watches until the service is shut down.
    ///
    /// Throws nothing: a check that fails is made again.
    func run() async throws {
        let check = LedgerCheck(of: location)
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await withDiscardingTaskGroup { group in
                    group.addTask { await watch() }
                    group.addTask { await checkOnSchedule(check) }
                }
            }
        } onGracefulShutdown: {
            check.stop()
        }
    }

    private func watch() async {
        var (wasDamaged, wasMoved) = (false, String?.none)
        while !Task.isCancelled {
            ledger.recordAgain()
            let isDamaged = ledger.isDamaged
            if isDamaged != wasDamaged { tell(isDamaged) }
            wasDamaged = isDamaged
            let moved = ledger.moved
            if let moved, wasMoved == nil {
                logger.critical("\(moved): changes are refused here; end this server, and start it with the new place")
            } else if moved == nil, wasMoved != nil {
                logger.notice("the shop is kept in this ledger again: it accepts writes")
            }
            wasMoved = moved
            // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
            try? await Task.sleep(for: schedule.look)
        }
    }

    private func tell(_ isDamaged: Bool) {
        if isDamaged {
            logger.critical(
                "the ledger is damaged: the shop is only read until it is restored, with `tradewind restore`",
                metadata: ["found": "\(ledger.finding?.description ?? "")"]
            )
        } else {
            logger.notice("the ledger is not marked as damaged any more: the shop accepts writes")
        }
    }

    private func checkOnSchedule(_ check: LedgerCheck) async {
        var isSuspect = false
        while !Task.isCancelled {
            isSuspect = ledger.takeSuspicion() || isSuspect
            var pause = schedule.look
            // What is known to be damaged is not checked again; its restored successor is.
            if !ledger.isDamaged, kind(isSuspect) != nil, let turn = location.checks.takeTurn() {
                // Another process may have checked between the look and the turn.
                if let kind = kind(isSuspect) {
                    if await checked(check, kind, turn) {
                        if kind == .full { isSuspect = false }
                    } else {
                        pause = schedule.again
                    }
                }
            }
            // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
            try? await Task.sleep(for: pause)
        }
    }

    /// Checks, and records the result; returns whether the check was finished.
    private func checked(_ check: LedgerCheck, _ kind: StructureCheck, _ turn: CheckRecord.Turn) async -> Bool {
        do throws(LedgerFailure) {
            var report = try await check.run(kind, isIdle: true)
            if report.errors.isEmpty, !report.left.isEmpty {
                logger.info("the check of the ledger is made again, without waiting for idle times")
                report = try await check.run(kind, isIdle: false)
            }
            return try conclude(report, kind, turn)
        } catch {
            if error.code != .closed { logger.warning("the check of the ledger failed: \(error.debugDescription)") }
            return false
        }
    }

    private func conclude(
        _ report: LedgerCheck.Report,
        _ kind: StructureCheck,
        _ turn: CheckRecord.Turn
    ) throws(LedgerFailure) -> Bool {
        if let finding = report.finding {
            ledger.record(finding)
            return true
        }
        guard report.left.isEmpty else {
            logger.warning("the log grew too fast to check \(report.left.joined(separator: ", "))")
            return false
        }
        if report.hasLeftFreePages { logger.warning("the log grew too fast to check the list of free pages") }
        var times = location.checks.read()
        times.note(kind, took: report.took, at: .now)
        try turn.write(times)
        logger.info(
            "the ledger was checked and is sound",
            metadata: ["check": "\(kind.rawValue)", "took": "\(report.took)"]
        )
        return true
    }

    /// The check that is due; nil for none.
    private func kind(_ isSuspect: Bool) -> StructureCheck? {
        let (times, now) = (location.checks.read(), Timestamp.now)
        if isDue(times.full, schedule.full, now) { return .full }
        if isSuspect, isDue(times.quick, schedule.again, now) { return .full }
        return isDue(times.quick, schedule.quick, now) ? .quick : nil
    }

    private func isDue(_ last: Timestamp?, _ interval: Duration, _ now: Timestamp) -> Bool {
        guard let last else { return true }
        let age = now.milliseconds - last.milliseconds
        return age < -Self.clockTolerance || .milliseconds(age) >= interval
    }
}
