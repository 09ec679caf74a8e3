import ServiceLifecycle

/// Notifies the service manager that this process is alive, and when its shutdown begins.
public struct ServiceNotice: Service {
    private let manager: ServiceManager

    /// A notice to a manager; without a manager it does nothing.
    public init(_ manager: ServiceManager) {
        self.manager = manager
    }

    /// Notifies the manager until the service is shut down.
    ///
    /// Throws nothing.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if manager.watchdogInterval != nil { manager.say(.turning) }
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
                try? await Task.sleep(for: manager.watchdogInterval ?? .seconds(3600))
            }
        }
        manager.say(.stopping)
    }
}
