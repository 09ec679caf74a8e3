// A request that ends the process which handles it is sent again, by its sender or by a proxy, and ends the next one. Here every request
// is written down while it is under way, where that outlives the process; whoever starts another process reads it there.

import Synchronization

/// Keeps a request that has ended processes from ending the next.
public final class Quarantine: Sendable {
    /// The most requests that are written down at once; beyond that they are handled all the same.
    public static let capacity = 16_384

    private let underWay: any WordStore
    private let suspects: SuspectList
    private let free: Mutex<[Int]>
    private let now: @Sendable () -> UInt64

    /// A process's own; nothing is under way yet.
    ///
    /// - Parameters:
    ///   - underWay: of this process alone.
    ///   - suspects: of all processes.
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

        /// Says what it is, as soon as all of it is known: many requests begin alike.
        ///
        /// - Returns: Whether it may be handled.
        public func admits(_ print: RequestPrint) -> Bool {
            guard !quarantine.suspects.isRefused(print, at: quarantine.now()) else { return false }
            if let place { quarantine.underWay[place] = print.value }
            return true
        }

        /// It was answered, by whatever.
        public func leave() {
            guard let place else { return }
            let print = RequestPrint(quarantine.underWay[place])
            quarantine.underWay[place] = 0
            quarantine.free.withLock { $0.append(place) }
            if let print { quarantine.suspects.clear(print) }
        }
    }

    /// A request begins, which has to leave again.
    public func enter() -> Stay {
        Stay(quarantine: self, place: free.withLock { $0.popLast() })
    }
}
