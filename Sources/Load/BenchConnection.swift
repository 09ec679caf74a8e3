import Glibc

/// One keep-alive connection of the generator; it carries one request at a time.
package final class BenchConnection {
    /// The state of a connection.
    package enum State {
        /// Not open; to be opened again at this time.
        case closed(retryAt: Int64)
        /// Connecting since this time.
        case connecting(since: Int64)
        /// Open and free.
        case idle
        /// A request is in flight.
        case busy
    }

    /// The current state.
    package private(set) var state = State.closed(retryAt: 0)
    /// The socket; -1 while closed.
    package private(set) var descriptor: Int32 = -1
    /// The answer being read.
    package var scanner = ResponseScanner()
    /// The request in flight.
    package private(set) var request = SentRequest(kind: .livez, sequence: 0, sku: 0)
    /// When the request should have started.
    package private(set) var intended: Int64 = 0
    /// When it was sent.
    package private(set) var sentAt: Int64 = 0

    private var unsent: [UInt8] = []
    private var backOff: Int64 = 0

    private static let backOffMin: Int64 = 10_000_000
    private static let backOffMax: Int64 = 500_000_000

    /// A closed connection that may be opened at once.
    package init() {}

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// Whether the connection must wait until the socket is writable.
    package var wantsWrite: Bool {
        if case .connecting = state { return true }
        return !unsent.isEmpty
    }

    /// Whether a request is in flight.
    package var isBusy: Bool { if case .busy = state { true } else { false } }

    /// Whether it is open and free.
    package var isIdle: Bool { if case .idle = state { true } else { false } }

    /// Begins to connect; false if that failed at once.
    package func open(_ target: BenchTarget, now: Int64) -> Bool {
        guard let descriptor = target.connect(blocking: false) else {
            close(now: now, backsOff: true)
            return false
        }
        self.descriptor = descriptor
        state = .connecting(since: now)
        return true
    }

    /// Ends a connect whose socket became writable; false if it failed.
    package func finishConnect(now: Int64) -> Bool {
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0, error == 0 else {
            close(now: now, backsOff: true)
            return false
        }
        backOff = 0
        state = .idle
        return true
    }

    /// Closes the socket; it is opened again at once, or after a growing wait of 10 to 500 ms if connecting failed.
    package func close(now: Int64, backsOff: Bool = false) {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        unsent.removeAll(keepingCapacity: true)
        backOff = backsOff ? min(Self.backOffMax, max(Self.backOffMin, backOff * 2)) : 0
        state = .closed(retryAt: now + backOff)
    }

    /// Records the request that is about to be sent.
    package func begin(intended: Int64, now: Int64) {
        self.intended = intended
        sentAt = now
        state = .busy
    }

    /// Records what the request is, and resets the scanner.
    package func didDraw(_ request: SentRequest, keepsBody: Bool) {
        self.request = request
        scanner.begin(keepsBody: keepsBody, keepsETag: request.kind == .prime)
    }

    /// Records that the answer is complete.
    package func becomeIdle() { state = .idle }

    /// Sends what the socket takes and keeps the rest; false if the connection is broken.
    package func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        if count == bytes.count { return true }
        if count < 0, errno != EAGAIN, errno != EINTR { return false }
        unsent.append(contentsOf: bytes.dropFirst(max(0, count)))
        return true
    }

    /// Sends the rest; false if the connection is broken.
    package func sendRest() -> Bool {
        let rest = unsent
        unsent.removeAll(keepingCapacity: true)
        return rest.withUnsafeBytes { send($0) }
    }
}
