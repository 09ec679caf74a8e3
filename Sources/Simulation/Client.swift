// A client that sends requests with a key: it repeats each until there is an answer, and sometimes once more for no reason, to
// any process. However often that is, there must be one effect and one answer.

import Ledger
import Trading

/// A request, and its answer.
private final class SentRequest<C: IdempotentCommand> {
    let command: C
    let key: IdempotencyKey
    let name: (C.Outcome) -> Bits128
    let then: (C.Outcome) -> Void
    var sent = 0
    var answer: Bits128?
    var isOver = false

    init(
        _ command: C,
        key: IdempotencyKey,
        name: @escaping (C.Outcome) -> Bits128,
        then: @escaping (C.Outcome) -> Void
    ) {
        self.command = command
        self.key = key
        self.name = name
        self.then = then
    }
}

/// Sends requests.
final class Client {
    private unowned let world: World
    private var count: UInt64 = 0
    /// The most attempts of a request.
    private static let mostTries = 12

    init(world: World) {
        self.world = world
    }

    /// Sends a request until it is answered.
    ///
    /// - Parameters:
    ///   - name: the id of the answer's object; it must be the same in every answer to the request.
    ///   - then: called with the first answer that is not a refusal.
    func send<C: IdempotentCommand>(
        _ command: C,
        name: @escaping (C.Outcome) -> Bits128,
        then: @escaping (C.Outcome) -> Void = { _ in }
    ) {
        count += 1
        let key = IdempotencyKey(digest: Bits128(high: count, low: ~count), fingerprint: Int64(count))
        let request = SentRequest(command, key: key, name: name, then: then)
        sendAgain(request)
        guard world.areFaultsOn, world.dice.chance(200) else { return }
        world.time.after(world.dice.number(0...60_000)) { [self] in put(request) }
    }

    private func sendAgain<C: IdempotentCommand>(_ request: SentRequest<C>) {
        guard !request.isOver, request.sent < Self.mostTries else { return }
        put(request)
        world.time.after(world.dice.number(2000...8000)) { [self] in sendAgain(request) }
    }

    private func put<C: IdempotentCommand>(_ request: SentRequest<C>) {
        request.sent += 1
        world.dice.pick(world.processes).submit(
            request.command,
            key: key(of: request),
            answer: { [self] result in
                // The answer may be lost.
                if world.areFaultsOn, world.dice.chance(100) { return }
                world.time.after(world.dice.number(1...100)) { [self] in hear(result, request) }
            }
        )
    }

    private func key<C: IdempotentCommand>(of request: SentRequest<C>) -> IdempotencyKey {
        guard world.options.bug == .droppedIdempotency else { return request.key }
        let digest = Bits128(high: request.key.digest.high, low: UInt64(request.sent))
        return IdempotencyKey(digest: digest, fingerprint: request.key.fingerprint)
    }

    private func hear<C: IdempotentCommand>(
        _ result: CommitResult<C>,
        _ request: SentRequest<C>
    ) {
        switch result {
        case .success(let committed):
            if committed.replayed { world.tally.replays += 1 }
            let name = request.name(committed.outcome)
            if let answer = request.answer {
                world.expect(answer == name, .once, "\(C.name) was answered with two things")
            } else if !request.isOver {
                request.answer = name
                request.isOver = true
                request.then(committed.outcome)
            }
        case .failure(.refused), .failure(.booksFull): request.isOver = true
        case .failure(.keyReused): world.fail(.once, "\(C.name): a key that was used once is said to be used twice")
        case .failure(.failed): break
        }
    }
}
