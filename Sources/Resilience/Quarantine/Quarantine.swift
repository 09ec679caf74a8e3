// A request that crashes the process which handles it is sent again, by its sender or by a proxy, and crashes the next process.
// Here every request is recorded while it is under way, in memory that outlives the process; the supervisor reads it there after
// a crash.

import Synchronization

/// Keeps a request that crashed several processes from crashing the next one.
///
/// Thread-safe; no call blocks or waits for a disk.
public final class Quarantine: Sendable {
    /// The most requests that are recorded at the same time; further requests are handled without a record.
    public static let capacity = 16_384

    private let underWay: any WordStore
    private let suspects: SuspectList
    private let free: Mutex<[Int]>
    private let now: @Sendable () -> UInt64

    /// The quarantine of one process, without requests.
    ///
    /// - Parameters:
    ///   - underWay: words of this process alone.
    ///   - suspects: the list that all processes share.
    ///   - now: seconds of a clock that all processes share.
    public init(underWay: any WordStore, suspects: SuspectList, now: @escaping @Sendable () -> UInt64) {
        self.underWay = underWay
        self.suspects = suspects
        self.now = now
        free = Mutex(Array((0..<min(underWay.count, Self.capacity)).reversed()))
    }

    /// The requests that were under way when a process ended.
    public static func left(in underWay: any WordStore) -> Set<RequestPrint> {
        Set((0..<underWay.count).compactMap { RequestPrint(underWay[$0]) })
    }

    /// A request that is under way.
    public struct Stay: Sendable {
        fileprivate let quarantine: Quarantine
        fileprivate let place: Int?

        /// Names the request, as soon as all of it is known (many requests begin alike).
        ///
        /// - Returns: whether it may be handled; false if it is quarantined.
        public func admits(_ print: RequestPrint) -> Bool {
            guard !quarantine.suspects.isRefused(print, at: quarantine.now()) else { return false }
            if let place { quarantine.underWay[place] = print.value }
            return true
        }

        /// The request was answered, with any status: it ended no process.
        public func leave() {
            guard let place else { return }
            let print = RequestPrint(quarantine.underWay[place])
            quarantine.underWay[place] = 0
            quarantine.free.withLock { $0.append(place) }
            if let print { quarantine.suspects.clear(print) }
        }
    }

    /// A request begins; the stay must be ended by `leave`.
    public func enter() -> Stay {
        Stay(quarantine: self, place: free.withLock { $0.popLast() })
    }
}
