/// The crash loops of all releases, each judged on its own: a bad release must not prevent a good one from starting.
///
/// Bounded: beyond `capacity` releases, the least recently used one that does not loop is forgotten.
public struct CrashLoops: Sendable {
    /// The most releases that are remembered.
    public static let capacity = 16

    private let settings: CrashLoop.Settings
    /// Ordered by last use.
    private var releases: [(name: String, loop: CrashLoop)] = []

    /// Begins without a release.
    public init(_ settings: CrashLoop.Settings = CrashLoop.Settings()) {
        self.settings = settings
    }

    /// A replica of this release crashed; see `CrashLoop.crashed`.
    public mutating func crashed(
        _ release: String,
        uptime: Duration,
        hasServed: Bool = false,
        random: Double,
        at now: ContinuousClock.Instant
    ) -> CrashLoop.Decision {
        with(release, at: now) { $0.crashed(uptime: uptime, hasServed: hasServed, random: random, at: now) }
    }

    /// Asks to start a replica of this release; see `CrashLoop.start`.
    public mutating func start(_ release: String, at now: ContinuousClock.Instant) -> CrashLoop.Permission {
        with(release, at: now) { $0.start(at: now) }
    }

    /// The releases that crash in a loop, by name.
    public func looping(at now: ContinuousClock.Instant) -> [String] {
        releases.filter { $0.loop.isLooping(at: now) }.map(\.name).sorted()
    }

    private mutating func with<Answer>(
        _ release: String,
        at now: ContinuousClock.Instant,
        _ body: (inout CrashLoop) -> Answer
    ) -> Answer {
        var loop = CrashLoop(settings)
        if let index = releases.firstIndex(where: { $0.name == release }) {
            loop = releases.remove(at: index).loop
        } else if releases.count >= Self.capacity {
            releases.remove(at: releases.firstIndex { !$0.loop.isLooping(at: now) } ?? 0)
        }
        let answer = body(&loop)
        releases.append((release, loop))
        return answer
    }
}
