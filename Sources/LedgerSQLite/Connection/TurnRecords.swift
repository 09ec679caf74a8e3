import Ledger
import Trading

/// The turns of a file's writers: the last one of each, the newest of all among them.
///
/// They are read and written in a connection's own transaction.
final class TurnRecords {
    private unowned let connection: SQLiteConnection
    private var isFirst = true
    private var seen: (turn: LedgerTurn?, dataVersion: Int64)?

    /// How many writers' last turns are kept, so that those of ended processes do not accumulate.
    private static let kept = 64

    init(_ connection: SQLiteConnection) {
        self.connection = connection
    }

    /// The turn that was committed last; nil where there was none.
    ///
    /// A commit without a turn, by an older release or by hand, counts as another writer's; but a mark stays one.
    func newest() throws(LedgerFailure) -> LedgerTurn? {
        let newest = try turn(
            connection.prepare("SELECT number, at, writer FROM turns ORDER BY number DESC LIMIT 1", phase: .begin)
        )
        // Changes only when another connection has committed (sqlite.org/pragma.html#pragma_data_version).
        let version = try connection.integer("PRAGMA data_version", phase: .begin) ?? -1
        defer { seen = (newest, version) }
        guard let seen, seen.dataVersion != version, seen.turn == newest, newest?.mark == nil else { return newest }
        return LedgerTurn(number: newest?.number ?? 0, at: newest?.at ?? .earliest, writer: Bits128(high: 0, low: 0))
    }

    /// The last turn of a writer.
    func last(of writer: Bits128) throws(LedgerFailure) -> LedgerTurn? {
        let statement = try connection.prepare("SELECT number, at, writer FROM turns WHERE writer = ?", phase: .begin)
        var parameters = statement.parameters
        parameters.bits(writer)
        return try turn(statement)
    }

    /// Replaces a writer's turn.
    func add(_ turn: LedgerTurn) throws(LedgerFailure) {
        let statement = try connection.prepare(
            """
            INSERT INTO turns VALUES (?, ?, ?)
            ON CONFLICT (writer) DO UPDATE SET number = excluded.number, at = excluded.at
            """,
            phase: .save
        )
        var parameters = statement.parameters
        parameters.bits(turn.writer)
        parameters.integer(turn.number)
        parameters.integer(turn.at.milliseconds)
        try statement.run(phase: .save)
        seen?.turn = turn
        guard isFirst else { return }
        isFirst = false
        try connection.execute(
            "DELETE FROM turns WHERE number <= (SELECT number FROM turns ORDER BY number DESC LIMIT 1 OFFSET \(Self.kept))",
            phase: .save
        )
    }

    private func turn(_ statement: SQLiteStatement) throws(LedgerFailure) -> LedgerTurn? {
        defer { statement.reset() }
        guard try statement.step(phase: .begin) else { return nil }
        var columns = statement.columns
        guard let number = columns.integer(), let at = columns.integer(), let writer = columns.bits() else {
            throw LedgerFailure(.corrupt, phase: .begin, retry: .never, detail: "a row of turns")
        }
        return LedgerTurn(number: number, at: Timestamp(milliseconds: at), writer: writer)
    }
}
