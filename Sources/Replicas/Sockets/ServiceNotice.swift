import ServiceLifecycle

/// Tells the service manager that this process turns, and when its end begins.
public struct ServiceNotice: Service {
    private let manager: ServiceManager

    /// A notice to a manager; where there is none, nothing is said.
    public init(_ manager: ServiceManager) {
        self.manager = manager
    }

    /// Speaks until the service is shut down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if manager.watchdogInterval != nil { manager.say(.turning) }
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: manager.watchdogInterval ?? .seconds(3600))
            }
        }
        manager.say(.stopping)
    }
}
