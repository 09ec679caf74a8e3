import Foundation
import ServiceLifecycle

/// For drills: takes memory, uses it, and never gives it back.
struct MemoryLeak: Service {
    /// How much, in MiB a second.
    let rate: Int

    private static let step = Duration.milliseconds(100)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let count = max(1, rate * (1 << 20) / 10)
            while !Task.isCancelled {
                // Written to, or the system would only promise it.
                if let leaked = malloc(count) { memset(leaked, 1, count) }
                try? await Task.sleep(for: Self.step)
            }
        }
    }
}
