import Trading

/// One writer's turn at a shop's ledger: there is one at a time, and each that changes something is numbered.
///
/// Rows that were loaded in one turn hold in another where no turn was committed in between.
public struct LedgerTurn: Hashable, Sendable {
    /// One more than the turn before it had.
    public let number: Int64
    /// The time of everything in it.
    public let at: Timestamp
    /// Whose it was: random for each writer.
    public let writer: Bits128

    /// A turn.
    public init(number: Int64, at: Timestamp, writer: Bits128) {
        self.number = number
        self.at = at
        self.writer = writer
    }

    /// How far behind the turn before it a clock may be, in milliseconds, for time to stand still meanwhile.
    ///
    /// Clocks of machines that are kept in step differ by less. One that was further ahead was wrong: time goes back with it, rather than
    /// stand still until it is right.
    static let clockSkewMilliseconds: Int64 = 5000

    /// The turn after this one, or the first, at a time that was read once it had begun.
    static func following(_ before: LedgerTurn?, at clock: Timestamp, writer: Bits128) -> LedgerTurn {
        let ahead = (before?.at.milliseconds ?? clock.milliseconds) - clock.milliseconds
        let time = (1...clockSkewMilliseconds).contains(ahead) ? before?.at ?? clock : clock
        return LedgerTurn(number: (before?.number ?? 0) + 1, at: time, writer: writer)
    }
}
