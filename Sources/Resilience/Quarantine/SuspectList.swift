// Whatever was under way when a process ended is suspected of it, and nearly all of that is innocent. But an innocent request is answered
// as soon as it is sent again, and that clears it. What has been under way at three ends, and was never answered in between, is refused.

/// Requests that were under way when processes ended, in words that all processes of a machine share.
///
/// Sets of eight places, as in a processor's cache: a request has its place in one set, and where that is full whoever is suspected least,
/// and of those for the longest, makes room.
public struct SuspectList: Sendable {
    /// At how many ends a request was under way before it is refused.
    public static let strikes: UInt64 = 3
    /// For how many seconds it is refused; then it is tried once more, and one more end is enough.
    public static let term: UInt64 = 600
    /// The words that it takes: for each place a print, and how often and when it was last suspected.
    public static let words = 2 * ways * sets

    private static let ways = 8
    private static let sets = 512
    private static let countShift: UInt64 = 56

    private let store: any WordStore

    /// A list in words that may hold one already.
    public init(_ store: any WordStore) {
        precondition(store.count >= Self.words, "too few words for a list of suspects")
        self.store = store
    }

    /// Whether it is not to be handled.
    ///
    /// - Parameter now: in seconds of a clock that all processes share.
    public func isRefused(_ print: RequestPrint, at now: UInt64) -> Bool {
        guard let place = place(of: print) else { return false }
        let (count, last) = record(at: place)
        return count >= Self.strikes && now < last + Self.term
    }

    /// It was answered: nobody ends of it.
    public func clear(_ print: RequestPrint) {
        if let place = place(of: print) { store[place] = 0 }
    }

    /// Suspects nobody any more.
    public func clearAll() {
        for index in 0..<Self.words { store[index] = 0 }
    }

    /// It was under way when a process ended.
    ///
    /// - Returns: Whether it is refused from now on.
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
        // Whoever reads in between finds the print of somebody else with this record: too few strikes to matter, or as many as are due.
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
