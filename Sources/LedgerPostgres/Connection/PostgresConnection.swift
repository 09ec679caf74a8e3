// libpq in pipeline mode, as far as the ledger needs it: statements are sent one after another without waiting, and their answers are
// fetched together, so that a step of a batch takes one round trip. Source: postgresql.org/docs/current/libpq-pipeline-mode.html.
//
// A connection is used by one thread at a time. No writer's statement is ever cancelled: a COMMIT that is cancelled while it waits for a standby
// has happened all the same. A server that does not answer in time is left alone, and the connection given up.

import CPostgres
import Foundation
import Ledger
import Trading

/// A connection to a PostgreSQL server, used by one thread at a time.
final class PostgresConnection {
    private let handle: OpaquePointer
    private let answerTime: Duration
    private let notices = PostgresNotices()
    /// The names of the statements that the server has prepared, by their text.
    private var prepared: [String: String] = [:]
    /// Statements that were sent, and whose answers were not fetched.
    private var sent = 0
    private var isProven = false
    /// Asked now and then while an answer is waited for; where it says so, the wait ends and the statement is cancelled.
    ///
    /// Only for statements that read.
    var isInterrupted: () -> Bool = { false }
    /// Whether it can be used: false once the server is gone, or an answer was not understood.
    private(set) var isUsable = true

    /// What a connection is for.
    enum Purpose {
        /// The turns of a writer.
        case write
        /// Snapshots.
        case read
        /// Changes of the schema.
        case migrate
        /// Being woken.
        case listen
    }

    /// The least version of a server: of PostgreSQL 14, as `PQserverVersion` counts.
    private static let leastVersion: Int32 = 140_000

    /// Connects to a server that accepts changes.
    ///
    /// Blocks its thread for the connection's `connect_timeout` at most, for each address.
    ///
    /// - Throws: a failure that says why not; its detail never has the password in it.
    init(_ settings: PostgresSettings, _ purpose: Purpose) throws(LedgerFailure) {
        let (keywords, values) = try PostgresAddress(settings.connection).parameters
        answerTime = settings.answerTime
        let opened = Self.withPointers(keywords) { names in
            Self.withPointers(values) { PQconnectdbParams(names, $0, 0) }
        }
        guard let opened else { throw LedgerFailure(.io, phase: .begin, retry: .safe, detail: "out of memory") }
        handle = opened
        // From here on a throw ends the object, and so the connection.
        guard PQstatus(handle) == CONNECTION_OK else {
            let failure = lost(phase: .begin)
            // Where the address is mistyped, a part of its password may stand for a host.
            guard failure.detail.contains("translate host name") else { throw failure }
            throw LedgerFailure(.away, phase: .begin, retry: .safe, detail: "a host of the address is not known")
        }
        guard PQserverVersion(handle) >= Self.leastVersion else {
            let version = String(cString: PQparameterStatus(handle, "server_version"))
            throw LedgerFailure(
                .unsuitable,
                phase: .begin,
                retry: .never,
                detail: "the server is PostgreSQL \(version); Tradewind needs 14 or later"
            )
        }
        notices.receive(on: handle)
        // Otherwise a send to a server that does not read would never end.
        guard PQenterPipelineMode(handle) == 1, PQsetnonblocking(handle, 1) == 0 else { throw lost(phase: .begin) }
        try execute(purpose.session(settings), phase: .begin)
    }

    deinit { PQfinish(handle) }

    /// Whether a commit since the last call ended without waiting for its standby: whether it survives a failover is not known.
    func takeUnprovenCommit() -> Bool { notices.takeUnprovenCommit() }

    // MARK: Statements

    /// Prepares a statement, if it is not prepared yet.
    ///
    /// Cost: a round trip for the first time. Not to be called between ``send(_:_:phase:)`` and ``fetch(phase:)``.
    ///
    /// - Parameter types: the types of its parameters, as far as the statement itself does not say them.
    func prepare(_ sql: String, types: [UInt32] = [], phase: LedgerFailure.Phase) throws(LedgerFailure) {
        guard prepared[sql] == nil else { return }
        let name = "s\(prepared.count)"
        guard isUsable, PQsendPrepare(handle, name, sql, Int32(types.count), types) == 1 else {
            throw lost(phase: phase)
        }
        sent += 1
        _ = try fetch(phase: phase)
        prepared[sql] = name
    }

    /// Sends a statement that ``prepare(_:phase:)`` has prepared, without waiting for its answer.
    func send(
        _ sql: String,
        _ parameters: PostgresParameters = PostgresParameters(),
        phase: LedgerFailure.Phase
    ) throws(LedgerFailure) {
        guard isUsable, let name = prepared[sql] else { throw lost(phase: phase) }
        let isSent = parameters.withArguments { count, _, values, lengths, formats in
            PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw lost(phase: phase) }
        sent += 1
    }

    /// The answers of all statements sent, in their order.
    ///
    /// - Throws: the failure of the first statement that failed; the server skipped those behind it.
    func fetch(phase: LedgerFailure.Phase) throws(LedgerFailure) -> [PostgresResult] {
        guard isUsable, PQpipelineSync(handle) == 1 else { throw lost(phase: phase) }
        return try collect(phase: phase)
    }

    /// The answers up to the end of what was sent.
    ///
    /// - Parameter isPatient: whether the connection can still be used where there is no answer yet.
    private func collect(
        phase: LedgerFailure.Phase,
        isPatient: Bool = false
    ) throws(LedgerFailure) -> [PostgresResult] {
        let deadline = ContinuousClock.now + answerTime
        try flush(until: deadline, phase: phase)
        var (results, failure): ([PostgresResult], LedgerFailure?) = ([], nil)
        results.reserveCapacity(sent)
        while true {
            guard let result = try next(until: deadline, phase: phase, isPatient) else { continue }
            switch result.status {
            case PGRES_PIPELINE_SYNC:
                sent = 0
                if let failure { throw failure }
                return results
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK: results.append(result)
            case PGRES_PIPELINE_ABORTED: break
            default: failure = failure ?? LedgerFailure(result, phase: phase)
            }
            if PQstatus(handle) != CONNECTION_OK {
                isUsable = false
                throw failure.map { $0.atLost(phase) } ?? lost(phase: phase)
            }
        }
    }

    /// Whether it waits for the answer to ``prove()``.
    var isProving: Bool { isUsable && !isProven && sent > 0 }

    /// Commits something that waits for the standby as any commit does: what was visible before is on the standby then, too.
    ///
    /// Has no effect once it has succeeded. Where there is no answer in time the connection still waits for it, and the next call goes on:
    /// the server would wait without us, too.
    func prove() throws(LedgerFailure) {
        guard !isProven else { return }
        if !isProving {
            let proof = "SELECT pg_logical_emit_message(true, 'tradewind', '')"
            guard isUsable, PQsendQueryParams(handle, proof, 0, nil, nil, nil, nil, 1) == 1,
                PQpipelineSync(handle) == 1
            else { throw lost(phase: .begin) }
            sent += 1
        }
        _ = try collect(phase: .begin, isPatient: true)
        guard !takeUnprovenCommit() else {
            throw LedgerFailure(
                .away,
                phase: .begin,
                retry: .safe,
                detail: "the server ended its wait for a standby"
            )
        }
        isProven = true
    }

    /// Prepares, sends and fetches one statement.
    func run(
        _ sql: String,
        _ parameters: PostgresParameters = PostgresParameters(),
        phase: LedgerFailure.Phase
    ) throws(LedgerFailure) -> PostgresResult {
        try prepare(sql, types: parameters.types, phase: phase)
        try send(sql, parameters, phase: phase)
        guard let result = try fetch(phase: phase).last else { throw lost(phase: phase) }
        return result
    }

    /// Runs several statements without parameters, which are not prepared, in one round trip.
    func execute(_ statements: [String], phase: LedgerFailure.Phase) throws(LedgerFailure) {
        for sql in statements {
            guard isUsable, PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1) == 1 else {
                throw lost(phase: phase)
            }
            sent += 1
        }
        _ = try fetch(phase: phase)
    }

    /// Waits for a notification, for some time at most.
    ///
    /// - Throws: the failure where the connection is lost.
    func awaitNotice(for time: Duration) throws(LedgerFailure) {
        let deadline = ContinuousClock.now + time
        var isTold = false
        while !isTold, wait(for: POLLIN, until: deadline) {
            guard PQconsumeInput(handle) == 1, PQstatus(handle) == CONNECTION_OK else { throw lost(phase: .load) }
            while let notice = PQnotifies(handle) {
                PQfreemem(notice)
                isTold = true
            }
        }
    }

    // MARK: Answers

    /// Sends what stands in libpq's buffer, and reads what comes meanwhile.
    private func flush(until deadline: ContinuousClock.Instant, phase: LedgerFailure.Phase) throws(LedgerFailure) {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                guard wait(for: POLLIN | POLLOUT, until: deadline) else { throw unanswered(phase: phase) }
                guard PQconsumeInput(handle) == 1 else { throw lost(phase: phase) }
            default: throw lost(phase: phase)
            }
        }
    }

    /// The next answer; nil at the end of one statement's.
    private func next(
        until deadline: ContinuousClock.Instant,
        phase: LedgerFailure.Phase,
        _ isPatient: Bool
    ) throws(LedgerFailure) -> PostgresResult? {
        while PQisBusy(handle) == 1 {
            guard wait(for: POLLIN, until: deadline) else { throw unanswered(phase: phase, isPatient) }
            guard PQconsumeInput(handle) == 1 else { throw lost(phase: phase) }
        }
        return PQgetResult(handle).map { PostgresResult($0) }
    }

    /// Waits until something can be read or written; false where it cannot in time, or the wait is interrupted.
    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
        while true {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard left > 0, !isInterrupted() else { return false }
            let ready = poll(&descriptor, 1, Int32(min(left.rounded(.up), 500)))
            if ready > 0 || (ready < 0 && errno != EINTR) { return true }
        }
    }

    /// The failure of a server that has not answered.
    private func unanswered(phase: LedgerFailure.Phase, _ isPatient: Bool = false) -> LedgerFailure {
        isUsable = isPatient
        guard !isInterrupted() else {
            cancel()
            return LedgerFailure(.closed, phase: phase, retry: .safe, detail: "stopped")
        }
        return LedgerFailure(
            .away,
            phase: phase,
            retry: phase == .commit ? .unknownOutcome : .safe,
            detail: "the server has not answered for \(answerTime)"
        )
    }

    /// Asks the server to end a statement that reads.
    private func cancel() {
        guard let request = PQgetCancel(handle) else { return }
        defer { PQfreeCancel(request) }
        var words = [CChar](repeating: 0, count: 256)
        // Whether it does is of no interest: the connection is given up.
        _ = PQcancel(request, &words, Int32(words.count))
    }

    /// The failure of a connection that cannot be used any more.
    private func lost(phase: LedgerFailure.Phase) -> LedgerFailure {
        isUsable = false
        return LedgerFailure(
            .away,
            phase: phase,
            retry: phase == .commit ? .unknownOutcome : .safe,
            detail: Self.words(PQerrorMessage(handle))
        )
    }

    private static func words(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        return String(cString: text).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    /// Calls `body` with C strings, and a null behind them.
    private static func withPointers<Value>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { $0.map { UnsafePointer<CChar>($0) } } + [nil]
        return pointers.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("there is a null at least") }
            return body(base)
        }
    }
}

extension LedgerFailure {
    /// The failure of a statement.
    ///
    /// Source: postgresql.org/docs/current/errcodes-appendix.html.
    init(_ result: PostgresResult, phase: Phase) {
        let (state, detail) = (result.state, "PostgreSQL \(result.state): \(result.message)")
        switch state {
        case "53100": self.init(.diskFull, phase: phase, retry: .safe, detail: detail)
        case "40001", "40P01", "55P03", "57014": self.init(.busy, phase: phase, retry: .safe, detail: detail)
        // A division by zero is how a statement says that it did not find its rows.
        case "22012", "XX001", "XX002": self.init(.corrupt, phase: phase, retry: .never, detail: detail)
        case "42501", "42P01", "42703": self.init(.io, phase: phase, retry: .never, detail: detail)
        case _ where state.hasPrefix("23") || state.hasPrefix("22"):
            self.init(.contradicted, phase: phase, retry: .never, detail: detail)
        case _ where Self.isAway(state): self.init(.away, phase: phase, retry: .safe, detail: detail)
        default: self.init(.io, phase: phase, retry: .safe, detail: detail)
        }
    }

    /// Whether the server cannot be used: it stops, starts, is a standby, has no place, or has ended the connection.
    private static func isAway(_ state: String) -> Bool {
        state.hasPrefix("08") || state.hasPrefix("57P") || state.hasPrefix("53")
            || ["25006", "25P03", "25P04", ""].contains(state)
    }

    /// The same, where the connection was lost with it: a commit that was sent may have happened.
    fileprivate func atLost(_ phase: Phase) -> LedgerFailure {
        LedgerFailure(.away, phase: phase, retry: phase == .commit ? .unknownOutcome : .safe, detail: detail)
    }
}
