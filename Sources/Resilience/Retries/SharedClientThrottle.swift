import Synchronization

/// The throttle of one dependency, shared by all who call it.
///
/// Every call takes one short lock.
public final class SharedClientThrottle: Sendable {
    private let throttle: Mutex<ClientThrottle>
    private let time: TimeSource
    private let random: @Sendable () -> Double

    /// A throttle that has seen nothing yet.
    ///
    /// - Parameter random: draws a number evenly from 0 up to, but not including, 1.
    public init(
        _ settings: ClientThrottle.Settings = ClientThrottle.Settings(),
        time: TimeSource = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        throttle = Mutex(ClientThrottle(settings, at: time.now))
        self.time = time
        self.random = random
    }

    /// Whether a request may be sent; either way it counts as one.
    public func request() -> Bool {
        let drawn = random()
        return throttle.withLock { $0.request(random: drawn, at: time.now) }
    }

    /// Takes note that the server accepted a request, whatever it then answered.
    public func accept() {
        throttle.withLock { $0.accept(at: time.now) }
    }

    /// With which probability a request is held back now, and how many were.
    public var figures: (probability: Double, heldBack: Int) {
        throttle.withLock { ($0.probability(at: time.now), $0.heldBack) }
    }
}
