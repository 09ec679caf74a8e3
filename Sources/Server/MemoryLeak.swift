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
                // There at once, where it would else only be promised; and no compiler leaves out a call of the system.
                _ = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
                try? await Task.sleep(for: Self.step)
            }
        }
    }
}
