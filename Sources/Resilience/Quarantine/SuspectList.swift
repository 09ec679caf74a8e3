// Every request that was under way when a process ended is suspected, and nearly all of them are innocent. An innocent request is
// answered when it is sent again, and that clears it. A request that was under way at three such ends, and was never answered in
// between, is refused.

/// Requests that were under way when processes ended, in memory that all processes of a machine share.
///
/// Sets of eight places, as in a processor's cache: a request has its place in one set. In a full set the request with the fewest
/// strikes is replaced; of several, the one suspected longest ago.
public struct SuspectList: Sendable {
    /// The number of strikes at which a request is refused.
    public static let strikes: UInt64 = 3
    /// For how many seconds it is refused; then it is tried once more, and a single further strike refuses it again.
    public static let term: UInt64 = 600
    /// The number of words in the list: for each place a print, and how often and when it was last suspected.
    public static let words = 2 * ways * sets

    private static let ways = 8
    private static let sets = 512
    private static let countShift: UInt64 = 56

    private let store: any WordStore

    /// A list in shared words, which may hold entries already.
    public init(_ store: any WordStore) {
        precondition(store.count >= Self.words, "too few words for a list of suspects")
        self.store = store
    }

    /// Whether a request must not be handled.
    ///
    /// - Parameter now: in seconds of a clock that all processes share.
    public func isRefused(_ print: RequestPrint, at now: UInt64) -> Bool {
        guard let place = place(of: print) else { return false }
        let (count, last) = record(at: place)
        return count >= Self.strikes && now < last + Self.term
    }

    /// The request was answered, so it does not crash processes.
    public func clear(_ print: RequestPrint) {
        if let place = place(of: print) { store[place] = 0 }
    }

    /// Removes all suspicions.
    public func clearAll() {
        for index in 0..<Self.words { store[index] = 0 }
    }

    /// The request was under way when a process ended.
    ///
    /// - Returns: whether it is refused from now on.
    public func strike(_ print: RequestPrint, at now: UInt64) -> Bool {
        let known = place(of: print)
        var count: UInt64 = 0
        if let known {
            let record = record(at: known)
            let isRecent = now < record.last + Self.term
            count = isRecent ? record.count : record.count >= Self.strikes ? Self.strikes - 1 : 0
        }
        count = min(count + 1, Self.strikes)
        let place = known ?? room(for: print)
        // A reader between the two writes sees the replaced request with this record, whose single strike refuses nothing, or the
        // same request with its new count.
        store[place + Self.ways] = count << Self.countShift | now
        store[place] = print.value
        return count == Self.strikes
    }

    private func record(at place: Int) -> (count: UInt64, last: UInt64) {
        let word = store[place + Self.ways]
        return (word >> Self.countShift, word & (1 << Self.countShift - 1))
    }

    private func places(for print: RequestPrint) -> Range<Int> {
        let first = Int(print.value % UInt64(Self.sets)) * 2 * Self.ways
        return first..<(first + Self.ways)
    }

    private func place(of print: RequestPrint) -> Int? {
        places(for: print).first { store[$0] == print.value }
    }

    private func room(for print: RequestPrint) -> Int {
        let places = places(for: print)
        return places.first { store[$0] == 0 }
            ?? places.min { store[$0 + Self.ways] < store[$1 + Self.ways] } ?? places.lowerBound
    }
}
