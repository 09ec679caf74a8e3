import Glibc
import Time

// One thread, its connections and an `epoll` loop. Each round sends the due requests on free connections, sleeps until a socket
// is ready or the next request is due, and reads the answers. A request that is due while every connection is busy stays in the
// schedule, and its latency counts from its intended start: the server's stalls are fully visible in the percentiles (Gil Tene,
// "How NOT to measure latency", on coordinated omission).

/// One thread of the generator.
final class BenchWorker {
    private static let tick: Int64 = 20_000_000
    private static let connectLimit: Int64 = 2_000_000_000

    private let run: BenchRun
    private let connections: [BenchConnection]
    private let sockets: SocketWatch
    private let received: UnsafeMutableRawBufferPointer
    private let isClosedLoop: Bool
    private let timeout: Int64
    private var source: RequestSource
    private var schedule: ArrivalSchedule
    private var window: BenchWindow
    private var idle: [Int] = []
    private var busyCount = 0
    private var sentCount = 0
    private var tally = BenchTally()
    private var nextTick: Int64 = 0
    private var nextProgress: Int64 = 0
    private var nextFlush: Int64 = 0
    private var newAnswers = 0
    private var newFailures = 0
    private let requestsMax: Int

    /// A worker with its share of the connections, of the rate and of the most requests.
    init(run: BenchRun, number: Int, of count: Int, connections connectionCount: Int) {
        self.run = run
        connections = (0..<connectionCount).map { _ in BenchConnection() }
        sockets = SocketWatch(count: connectionCount)
        received = .allocate(byteCount: 65_536, alignment: 16)
        timeout = run.timeout.wholeNanoseconds
        source = RequestSource(plan: run.plan, worker: number)
        window = BenchWindow(warmup: run.warmup, duration: run.duration, drain: run.timeout)
        let seed = run.plan.seed &+ 0x5EED &+ UInt64(number) &* 0x1000_0001
        switch run.pace {
        case .closed:
            isClosedLoop = true
            schedule = ArrivalSchedule(rate: 1, arrivals: .constant, start: 0, seed: seed)
        case .open(let rate, let arrivals):
            isClosedLoop = false
            schedule = ArrivalSchedule(
                rate: rate / Double(count),
                arrivals: arrivals,
                start: window.start,
                seed: seed
            )
        }
        requestsMax = max(1, run.requestsMax / count)
    }

    deinit { received.deallocate() }

    /// Runs to the end on this thread; returns the counts.
    func work() -> BenchTally {
        let processorStart = BenchClock.threadTime()
        BenchClock.sharpenTimers()
        guard openAll() else { return tally }
        begin()
        var now = BenchClock.now()
        while !isDone(now) {
            launch(now)
            awaitSockets(now)
            now = BenchClock.now()
            if now >= nextTick { doChores(now) }
        }
        let endedEarly = run.control.isStopped || sentCount >= requestsMax
        tally.measuredTime = max(0, (endedEarly ? min(now, window.end) : window.end) - window.measured)
        countUnsent(now)
        run.journal?.flush()
        report()
        tally.processorTime = BenchClock.threadTime() - processorStart
        return tally
    }

    // MARK: Beginning and end

    /// Opens the connections before the clock starts, so that they are not part of the load; false if none could be opened.
    private func openAll() -> Bool {
        let limit = BenchClock.now() + Self.connectLimit
        while BenchClock.now() < limit, idle.count < connections.count, !run.control.isStopped {
            let now = BenchClock.now()
            for index in connections.indices { reopen(index, now: now, counts: false) }
            sockets.wait(nanoseconds: 5_000_000, handle)
        }
        tally = BenchTally()
        tally.connected = !idle.isEmpty
        return tally.connected
    }

    private func begin() {
        window = BenchWindow(warmup: run.warmup, duration: run.duration, drain: run.timeout)
        schedule.restart(at: window.start)
        nextTick = window.start + Self.tick
        nextProgress = window.start + 1_000_000_000
        nextFlush = window.start
    }

    private func isDone(_ now: Int64) -> Bool {
        if run.control.isStopped || now >= window.drained { return true }
        guard busyCount == 0 else { return false }
        return sentCount >= requestsMax || (now >= window.end && (isClosedLoop || schedule.due >= window.end))
    }

    /// Counts requests without an answer and unsent ones when the run gives up.
    private func countUnsent(_ now: Int64) {
        for connection in connections where connection.isBusy {
            fail(connection, run.control.isStopped ? .closed : .timeout, now: now)
        }
        guard !isClosedLoop, !run.control.isStopped else { return }
        while schedule.due < window.end, sentCount < requestsMax {
            if schedule.due >= window.measured {
                tally.intended += 1
                tally.failed(.unsent, kind: mainKind, waited: now - schedule.due)
            }
            sentCount += 1
            schedule.advance()
        }
    }

    /// The kind for requests that were never drawn.
    private var mainKind: RequestKind {
        switch run.plan.work {
        case .prime: .prime
        case .stock: .stock
        case .load(let load):
            switch load.kind {
            case .checkout: .checkout
            case .quote: .quote
            case .browse, .mixed: .browse
            case .browse304: .browse304
            case .livez: .livez
            }
        }
    }

    // MARK: Sending

    private func launch(_ now: Int64) {
        while !idle.isEmpty, sentCount < requestsMax {
            if isClosedLoop {
                guard now < window.end else { return }
                send(intended: now, now: now)
            } else {
                let due = schedule.due
                guard due <= now, due < window.end else { return }
                schedule.advance()
                send(intended: due, now: now)
            }
        }
    }

    private func send(intended: Int64, now: Int64) {
        guard let index = idle.popLast() else { return }
        let connection = connections[index]
        connection.begin(intended: intended, now: now)
        busyCount += 1
        sentCount += 1
        if isMeasured(intended) { tally.intended += 1 }
        var isWhole = true
        let request = source.next { bytes in isWhole = connection.send(bytes) }
        let keepsBody = run.journal != nil && request.kind == .checkout || tally.firstRefusal == nil
        connection.didDraw(request, keepsBody: keepsBody)
        if isWhole { watch(index) } else { lose(index, .closed, now: now) }
    }

    private func isMeasured(_ time: Int64) -> Bool { time >= window.measured && time < window.end }

    // MARK: Waiting

    private func watch(_ index: Int) {
        sockets.watch(index, connections[index].descriptor, forWriting: connections[index].wantsWrite)
    }

    private func awaitSockets(_ now: Int64) {
        var until = min(nextTick, window.drained)
        if !isClosedLoop, !idle.isEmpty, schedule.due < window.end { until = min(until, schedule.due) }
        sockets.wait(nanoseconds: until - now, handle)
    }

    /// Handles a connection whose socket is ready.
    private func handle(_ index: Int) {
        let connection = connections[index]
        switch connection.state {
        case .closed: break
        case .connecting: finishConnect(index)
        // A readable idle connection was closed by the server.
        case .idle: lose(index, nil, now: BenchClock.now())
        case .busy where connection.wantsWrite:
            if connection.sendRest() { watch(index) } else { lose(index, .closed, now: BenchClock.now()) }
        case .busy: receive(index)
        }
    }

    private func finishConnect(_ index: Int) {
        let now = BenchClock.now()
        if connections[index].finishConnect(now: now) {
            idle.append(index)
            watch(index)
        } else {
            sockets.forget(index)
            tally.failed(.connect, kind: nil)
            newFailures += 1
        }
    }

    // MARK: Reading

    private func receive(_ index: Int) {
        let connection = connections[index]
        let count = recv(connection.descriptor, received.baseAddress, received.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        let now = BenchClock.now()
        guard count > 0 else {
            if count == 0, connection.scanner.end() {
                complete(index, now: now)
            } else {
                lose(index, .closed, now: now)
            }
            return
        }
        do {
            if try connection.scanner.scan(UnsafeRawBufferPointer(rebasing: received[..<count])) {
                complete(index, now: now)
            }
        } catch {
            lose(index, .malformed, now: now)
        }
    }

    private func complete(_ index: Int, now: Int64) {
        let connection = connections[index]
        note(connection, now: now)
        busyCount -= 1
        if connection.scanner.keepsAlive {
            connection.becomeIdle()
            idle.append(index)
        } else {
            sockets.forget(index)
            connection.close(now: now)
            reopen(index, now: now, counts: true)
        }
        launch(now)
    }

    private func note(_ connection: BenchConnection, now: Int64) {
        let kind = connection.request.kind
        let status = connection.scanner.status
        newAnswers += 1
        if isMeasured(connection.intended) {
            tally.answered(kind, status: status, nanoseconds: now - connection.intended)
        }
        if status != kind.expectedStatus {
            if tally.firstRefusal == nil {
                tally.firstRefusal = String(decoding: connection.scanner.body.prefix(1_000), as: UTF8.self)
            }
            return
        }
        if isMeasured(now) { tally.answeredInWindow += 1 }
        if kind == .checkout, let journal = run.journal {
            let order = PlacedOrder.id(in: connection.scanner.body) ?? "-"
            journal.add(key: source.idempotencyKey(connection.request), order: order)
            tally.journalled += 1
        } else if kind == .prime {
            tally.etags[connection.request.sku] = connection.scanner.etag
        }
    }

    // MARK: Trouble

    /// Drops a connection, counts its request if one was out, and opens it again.
    private func lose(_ index: Int, _ failure: BenchFailure?, now: Int64) {
        let connection = connections[index]
        if connection.isBusy {
            if let failure { fail(connection, failure, now: now) }
            busyCount -= 1
        } else {
            idle.removeAll { $0 == index }
        }
        sockets.forget(index)
        connection.close(now: now)
        reopen(index, now: now, counts: true)
    }

    private func fail(_ connection: BenchConnection, _ failure: BenchFailure, now: Int64) {
        newFailures += 1
        guard isMeasured(connection.intended) else { return }
        tally.failed(failure, kind: connection.request.kind, waited: now - connection.intended)
    }

    private func reopen(_ index: Int, now: Int64, counts: Bool) {
        guard case .closed(let retryAt) = connections[index].state, now >= retryAt else { return }
        if connections[index].open(run.target, now: now) {
            watch(index)
        } else if counts {
            tally.failed(.connect, kind: nil)
            newFailures += 1
        }
    }

    // MARK: Chores

    /// Every 20 ms: timeouts, reconnects, the journal, progress.
    private func doChores(_ now: Int64) {
        nextTick = now + Self.tick
        for index in connections.indices {
            let connection = connections[index]
            switch connection.state {
            case .closed: reopen(index, now: now, counts: true)
            case .connecting(let since):
                if now - since > timeout {
                    sockets.forget(index)
                    connection.close(now: now, backsOff: true)
                    tally.failed(.connect, kind: nil)
                }
            case .busy: if now - connection.sentAt > timeout { lose(index, .timeout, now: now) }
            case .idle: break
            }
        }
        if now >= nextFlush {
            run.journal?.flush()
            nextFlush = now + 80_000_000
        }
        if now >= nextProgress {
            nextProgress = now + 1_000_000_000
            report()
        }
    }

    private func report() {
        run.progress?(newAnswers, newFailures)
        newAnswers = 0
        newFailures = 0
    }
}
