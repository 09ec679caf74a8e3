import Foundation
import ServiceLifecycle

/// For drills: allocates and uses memory without ever freeing it.
struct MemoryLeak: Service {
    /// The rate in MiB a second.
    let rate: Int

    private static let step = Duration.milliseconds(100)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let count = max(1, rate * (1 << 20) / 10)
            while !Task.isCancelled {
                // The kernel must provide the pages at once instead of on first use; and a compiler cannot remove a system call.
                _ = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
                try? await Task.sleep(for: Self.step)
            }
        }
    }
}
