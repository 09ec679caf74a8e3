import Trading

/// One writer's turn at a shop's ledger: there is one at a time, and each turn with changes is numbered.
///
/// Rows loaded in one turn are current in a later one if no turn was committed in between.
public struct LedgerTurn: Hashable, Sendable {
    /// The number: one more than that of the turn before.
    public let number: Int64
    /// The time of everything in it.
    public let at: Timestamp
    /// The writer: a random number for each.
    public let writer: Bits128

    /// A turn.
    public init(number: Int64, at: Timestamp, writer: Bits128) {
        self.number = number
        self.at = at
        self.writer = writer
    }

    /// The greatest delay of a clock to the previous turn, in milliseconds, for which time stands still instead of going back.
    ///
    /// Clocks of synchronised machines differ by less. A greater difference means that the previous clock was wrong: then time
    /// goes back instead of standing still until the clock catches up.
    static let clockSkewMilliseconds: Int64 = 5000

    /// The turn after this one, or the first, at a time that was read after it had begun.
    package static func following(_ before: LedgerTurn?, at clock: Timestamp, writer: Bits128) -> LedgerTurn {
        let ahead = (before?.at.milliseconds ?? clock.milliseconds) - clock.milliseconds
        let time = (1...clockSkewMilliseconds).contains(ahead) ? before?.at ?? clock : clock
        return LedgerTurn(number: (before?.number ?? 0) + 1, at: time, writer: writer)
    }
}
