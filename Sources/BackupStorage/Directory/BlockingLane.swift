import Dispatch
import Synchronization
import Time

/// Runs the blocking calls of one store on a thread of its own, one after another, and gives up on those that do not return.
///
/// A file call on a mount whose server is gone may wait for ever and cannot be interrupted: its caller is told that the place is away, and
/// so is every further one at once, until that call has returned.
final class BlockingLane: Sendable {
    private let queue = DispatchQueue(label: "tradewind.backup-storage")
    private let patience: Duration
    /// How many calls were given up and have not returned.
    private let stuck = Mutex(0)

    init(patience: Duration) {
        self.patience = patience
    }

    /// Runs `work` after the earlier calls.
    ///
    /// - Throws: what `work` throws; `away` where it took too long, which may have had an effect all the same.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(StorageFailure) -> Value
    ) async throws(StorageFailure) -> Value {
        guard stuck.withLock({ $0 == 0 }) else { throw .away("an earlier call has not returned yet") }
        let result: Result<Value, StorageFailure> = await withCheckedContinuation { continuation in
            let call = Call(continuation)
            queue.async { [self] in
                guard call.isAwaited else { return stuck.withLock { $0 -= 1 } }
                let result: Result<Value, StorageFailure>
                do throws(StorageFailure) { result = .success(try work()) } catch { result = .failure(error) }
                if !call.finish(result) { stuck.withLock { $0 -= 1 } }
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + patience.seconds) { [self, patience] in
                stuck.withLock { stuck in
                    if call.finish(.failure(.away("a call did not return within \(patience)"))) { stuck += 1 }
                }
            }
        }
        return try result.get()
    }

    /// A call, which ends once.
    private final class Call<Value: Sendable>: Sendable {
        private let continuation: Mutex<CheckedContinuation<Result<Value, StorageFailure>, Never>?>

        init(_ continuation: CheckedContinuation<Result<Value, StorageFailure>, Never>) {
            self.continuation = Mutex(continuation)
        }

        /// Whether it has not ended.
        var isAwaited: Bool { continuation.withLock { $0 != nil } }

        /// Ends it; false where it has ended before.
        func finish(_ result: Result<Value, StorageFailure>) -> Bool {
            let waiting = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            waiting?.resume(returning: result)
            return waiting != nil
        }
    }
}
