import DequeModule
import Glibc
import HeapModule
import Load
import Resilience
import SplitMix
import Time

// The same loop as the generator's (``BenchWorker``), for clients instead of a measurement: each remembers its request, repeats
// it after a failure, and every operation is kept, so that unavailable seconds can be found afterwards.

/// The thread of the customers.
final class DrillWorker {
    /// A request to be repeated.
    private struct Repetition: Comparable {
        let request: DrillRequest

        static func < (one: Repetition, other: Repetition) -> Bool {
            one.request.notBefore < other.request.notBefore
        }

        static func == (one: Repetition, other: Repetition) -> Bool {
            one.request.notBefore == other.request.notBefore
        }
    }

    private static let tick: Int64 = 20_000_000

    private let target: BenchTarget
    private let manners: DrillCustomers.Manners
    private let customers: DrillCustomers
    private let pauses: Backoff.Settings
    private let connections: [BenchConnection]
    private var requests: [DrillRequest?]
    /// How many requests each connection may still carry before its customer disconnects.
    private var left: [Int]
    private let sockets: SocketWatch
    private let received: UnsafeMutableRawBufferPointer
    private var source: RequestSource
    private var schedule: ArrivalSchedule
    private var rate: Double
    private var random: SplitMix64
    /// Connections that became free, the longest free first; some have been closed or used since.
    private var idle: Deque<Int> = []
    private var again: Heap<Repetition> = []
    private var record = DrillRecord()
    private var nextTick: Int64 = 0

    init(
        _ target: BenchTarget,
        _ plan: RequestPlan,
        _ manners: DrillCustomers.Manners,
        _ customers: DrillCustomers
    ) {
        self.target = target
        self.manners = manners
        self.customers = customers
        pauses = Backoff.Settings(base: .milliseconds(100), cap: .seconds(1), retries: manners.retries)
        connections = (0..<manners.connections).map { _ in BenchConnection() }
        requests = Array(repeating: nil, count: manners.connections)
        // Staggered, so that customers do not all disconnect at once.
        left = (0..<manners.connections).map { 1 + $0 % max(1, manners.turnover) }
        sockets = SocketWatch(count: manners.connections)
        received = .allocate(byteCount: 65_536, alignment: 16)
        source = RequestSource(plan: plan, worker: 0)
        rate = customers.rate
        random = SplitMix64(seed: plan.seed)
        schedule = ArrivalSchedule(rate: rate, arrivals: manners.arrivals, start: BenchClock.now(), seed: plan.seed)
    }

    deinit { received.deallocate() }

    /// Serves customers until no more arrive and none is waiting.
    func work() -> DrillRecord {
        BenchClock.sharpenTimers()
        var lastDue: Int64?
        while true {
            let now = BenchClock.now()
            if customers.isStopped, lastDue == nil { lastDue = now }
            if let lastDue, schedule.due >= lastDue, again.isEmpty, !requests.contains(where: { $0 != nil }) { break }
            if now >= nextTick { doChores(now) }
            launch(now, until: lastDue ?? .max)
            awaitSockets(now, until: lastDue ?? .max)
        }
        return record
    }

    // MARK: Sending

    private func launch(_ now: Int64, until last: Int64) {
        // Repetitions are sent first.
        while let next = again.min, next.request.notBefore <= now, let index = takeIdle() {
            again.removeMin()
            send(next.request, on: index, now: now)
        }
        while schedule.due <= now, schedule.due < last, let index = takeIdle() {
            let due = schedule.due
            schedule.advance()
            var bytes: [UInt8] = []
            let sent = source.next { bytes = Array($0) }
            let key = sent.kind == .checkout ? source.idempotencyKey(sent) : ""
            send(DrillRequest(bytes: bytes, kind: sent.kind, key: key, due: due), on: index, now: now)
        }
    }

    /// The connection that has been free for longest.
    private func takeIdle() -> Int? {
        while let index = idle.popFirst() {
            if connections[index].isIdle { return index }
        }
        return nil
    }

    private func send(_ request: DrillRequest, on index: Int, now: Int64) {
        var request = request
        request.attempts += 1
        request.sentAt = now
        requests[index] = request
        let connection = connections[index]
        connection.begin(intended: request.due, now: now)
        let isWhole = request.bytes.withUnsafeBytes { connection.send($0) }
        connection.didDraw(SentRequest(kind: request.kind, sequence: 0, sku: 0), keepsBody: !request.key.isEmpty)
        if isWhole { watch(index) } else { lose(index, now: now) }
    }

    // MARK: Waiting

    private func watch(_ index: Int) {
        sockets.watch(index, connections[index].descriptor, forWriting: connections[index].wantsWrite)
    }

    private func awaitSockets(_ now: Int64, until last: Int64) {
        var until = nextTick
        if !idle.isEmpty {
            if schedule.due < last { until = min(until, schedule.due) }
            if let first = again.min { until = min(until, first.request.notBefore) }
        }
        sockets.wait(nanoseconds: until - now, handle)
    }

    /// Handles a connection whose socket is ready.
    private func handle(_ index: Int) {
        let connection = connections[index]
        let now = BenchClock.now()
        switch connection.state {
        case .closed: break
        case .connecting: finishConnect(index, now: now)
        // A readable idle connection was closed by the server.
        case .idle: lose(index, now: now)
        case .busy where connection.wantsWrite:
            if connection.sendRest() { watch(index) } else { lose(index, now: now) }
        case .busy: receive(index, now: now)
        }
    }

    private func finishConnect(_ index: Int, now: Int64) {
        if connections[index].finishConnect(now: now) {
            idle.append(index)
            watch(index)
        } else {
            sockets.forget(index)
            record.refusedConnections += 1
        }
    }

    // MARK: Answers

    private func receive(_ index: Int, now: Int64) {
        let connection = connections[index]
        let count = recv(connection.descriptor, received.baseAddress, received.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            if count == 0, connection.scanner.end() { complete(index, now: now) } else { lose(index, now: now) }
            return
        }
        do {
            if try connection.scanner.scan(UnsafeRawBufferPointer(rebasing: received[..<count])) {
                complete(index, now: now)
            }
        } catch {
            lose(index, now: now)
        }
    }

    private func complete(_ index: Int, now: Int64) {
        let connection = connections[index]
        let request = requests[index]
        requests[index] = nil
        if let request { answered(request, connection.scanner, now: now) }
        left[index] -= 1
        if connection.scanner.keepsAlive, left[index] > 0 {
            connection.becomeIdle()
            idle.append(index)
        } else {
            left[index] = manners.turnover
            sockets.forget(index)
            connection.close(now: now)
            reopen(index, now: now)
        }
    }

    private func answered(_ request: DrillRequest, _ answer: ResponseScanner, now: Int64) {
        let status = answer.status
        if status == 409, manners.takesNoForAnAnswer { return finish(request, .done, status: status, now: now) }
        guard status == request.kind.expectedStatus else {
            return failed(request, status: status, now: now)
        }
        if !request.key.isEmpty {
            record.orders[request.key, default: []].insert(PlacedOrder.id(in: answer.body) ?? "-")
        }
        finish(request, .done, status: status, now: now)
    }

    /// Closes a connection; its customer has no answer.
    private func lose(_ index: Int, now: Int64) {
        let connection = connections[index]
        sockets.forget(index)
        connection.close(now: now)
        reopen(index, now: now)
        guard let request = requests[index] else { return }
        requests[index] = nil
        failed(request, status: 0, now: now)
    }

    private func failed(_ request: DrillRequest, status: Int, now: Int64) {
        var request = request
        request.failures.append(DrillFailure(ended: now, took: now - request.sentAt, status: status))
        if ![429, 503, 507].contains(status) { request.isUncertain = true }
        let isWorthTrying = status == 0 || status == 429 || status >= 500
        if isWorthTrying, request.attempts <= manners.retries {
            // At least half of the pause: a killed process needs some milliseconds to close its connections one after another.
            let pause = pauses.ceiling(before: request.attempts) * (1 + random.unit()) / 2
            request.notBefore = now + pause.wholeNanoseconds
            again.insert(Repetition(request: request))
            return
        }
        let outcome: DrillOutcome =
            switch status {
            case 0: .unanswered
            case 429, 503, 507: .refused
            default: .wrong
            }
        if !request.key.isEmpty, request.isUncertain { record.unsettled.append(request) }
        finish(request, outcome, status: status, now: now)
    }

    private func finish(_ request: DrillRequest, _ outcome: DrillOutcome, status: Int, now: Int64) {
        record.operations.append(
            DrillOperation(
                due: request.due,
                ended: now,
                attempts: request.attempts,
                isPurchase: !request.key.isEmpty,
                outcome: outcome,
                status: status,
                failures: request.failures
            )
        )
    }

    // MARK: Chores

    /// Every 20 ms: the rate, missing answers, reconnects.
    private func doChores(_ now: Int64) {
        nextTick = now + Self.tick
        if customers.rate != rate {
            rate = customers.rate
            schedule = ArrivalSchedule(rate: rate, arrivals: manners.arrivals, start: now, seed: random.next())
        }
        let patience = manners.patience.wholeNanoseconds
        for index in connections.indices {
            let connection = connections[index]
            switch connection.state {
            case .closed: reopen(index, now: now)
            case .connecting(let since) where now - since > patience:
                record.refusedConnections += 1
                sockets.forget(index)
                connection.close(now: now, backsOff: true)
            case .busy where now - connection.sentAt > patience: lose(index, now: now)
            case .connecting, .busy, .idle: break
            }
        }
    }

    private func reopen(_ index: Int, now: Int64) {
        guard case .closed(let retryAt) = connections[index].state, now >= retryAt else { return }
        if connections[index].open(target, now: now) {
            watch(index)
        } else {
            record.refusedConnections += 1
        }
    }
}
