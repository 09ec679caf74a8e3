// One place's deliveries: what stands in the outbox is stored there, oldest first and manifests last, and tried again until it is.

import BackupStorage
import Foundation
import Logging
import Synchronization
import Time

/// Which pieces of the outbox are in which places.
final class DeliveredPieces: Sendable {
    private let places: Int
    private let pieces = Mutex<[String: Set<Int>]>([:])

    /// - Parameter places: how many places each piece goes to.
    init(places: Int) { self.places = places }

    /// Whether a piece is in a place already.
    func has(_ name: String, in place: Int) -> Bool { pieces.withLock { $0[name]?.contains(place) ?? false } }

    /// The pieces that are in some place, and not in all.
    var stored: [String] { pieces.withLock { $0.filter { !$0.value.isEmpty }.map(\.key) } }

    /// Forgets a piece that does not wait any more.
    func forget(_ name: String) { pieces.withLock { $0[name] = nil } }

    /// Notes that a piece is in a place.
    ///
    /// - Returns: whether it is in all of them now.
    func note(_ name: String, in place: Int) -> Bool {
        pieces.withLock { pieces in
            pieces[name, default: []].insert(place)
            guard pieces[name]?.count == places else { return false }
            pieces[name] = nil
            return true
        }
    }
}

/// Delivers pieces to one place.
final class PlaceDelivery: Sendable {
    /// How far the archive is.
    struct Present: Sendable {
        /// Everything committed before this time is in the outbox, or has left it.
        let until: Timestamp
        let history: HistoryName
        /// The last turn.
        let turn: Int64

        /// Whether these pieces lead there, from a snapshot on.
        func isReached(by objects: [StoredObject]) -> Bool {
            guard let held = ArchiveCatalogue(objects).histories[history], let snapshot = held.snapshots.last else {
                return false
            }
            return (held.path(after: snapshot.turn).last?.turns.upperBound ?? snapshot.turn) >= turn
        }
    }

    private struct State {
        var allowed: Present?
        /// Rises whenever the place may have lost something, or was passed over.
        var doubts = 1
        /// The doubts for which it was seen that what it holds leads to the present.
        var settled = 0
        var needsSnapshot = false
        /// Everything committed before this time is in the place.
        var until: Timestamp?
        var failure: String?
        var merger: SegmentMerger.Pending?
    }

    private let place: ArchivePlace
    private let others: [ArchivePlace]
    private let index: Int
    private let outbox: any ObjectStore
    private let sealing: Sealing
    private let repository: Repository
    private let merger: SegmentMerger
    private let delivered: DeliveredPieces
    private let interval: Duration
    private let logger: Logger
    private let state: Mutex<State>

    /// From how many runs of turns on they are joined, how many at most, and from which size on no more are added, in bytes.
    private static let joinedMin = 8
    private static let runsMax = 1024
    private static let joinedBytes = 4 << 20
    /// The greatest pause after a failure.
    private static let longestPause = Duration.seconds(5)

    /// - Parameters:
    ///   - index: its number among the places.
    ///   - others: where it may get what it lacks.
    ///   - until: everything committed before this time is known to be there, in milliseconds since 1970.
    init(
        _ place: ArchivePlace,
        index: Int,
        others: [ArchivePlace],
        outbox: any ObjectStore,
        sealing: Sealing,
        delivered: DeliveredPieces,
        until: Int64?,
        interval: Duration,
        logger: Logger
    ) {
        self.place = place
        self.index = index
        self.others = others
        self.outbox = outbox
        self.sealing = sealing
        repository = Repository(store: place.store, sealing: sealing)
        merger = SegmentMerger(repository: repository)
        self.delivered = delivered
        self.interval = interval
        self.logger = logger
        state = Mutex(State(until: until.map { Timestamp(milliseconds: $0) }))
    }

    /// How the place stands.
    var report: ArchiveReport.Place {
        state.withLock { state in
            ArchiveReport.Place(name: place.name, until: state.until?.milliseconds, failure: state.failure)
        }
    }

    /// Notes how far the archive is.
    func allow(_ present: Present) { state.withLock { $0.allowed = present } }

    /// Has it looked at again whether what the place holds leads to the present.
    func doubt() { state.withLock { $0.doubts += 1 } }

    /// Whether only a snapshot makes what the place holds lead to the present.
    var needsSnapshot: Bool { state.withLock(\.needsSnapshot) }

    /// Notes that a snapshot is in the outbox.
    func getsSnapshot() { state.withLock { $0.needsSnapshot = false } }

    /// Delivers until the task is cancelled.
    func run() async {
        var pause = interval
        while !Task.isCancelled {
            do {
                try await deliver()
                try await merge()
                pause = interval
            } catch {
                note("\(error)")
                pause = min(pause * 2, Self.longestPause)
            }
            // Cancellation ends the sleep, and then the loop; the sleep throws nothing else.
            try? await Task.sleep(for: pause)
        }
    }

    /// Delivers what stands in the outbox now; where there is nothing, looks whether the place is there.
    func deliver() async throws {
        let (allowed, doubts) = state.withLock { ($0.allowed, $0.doubts) }
        var hasStored = false
        var rest = ArraySlice(try await waiting().filter { !delivered.has($0, in: index) })
        while let name = rest.first {
            if let joined = try await deliver(Self.run(rest)) {
                hasStored = true
                rest = rest.dropFirst(joined)
            } else {
                if try await deliver(name) { hasStored = true }
                rest = rest.dropFirst()
            }
        }
        if !hasStored { try await place.store.probe() }
        if let allowed { try await settle(allowed, doubts) }
        let hadFailed = state.withLock { state in
            // Not where something was dropped meanwhile.
            if state.doubts == doubts { state.until = allowed?.until ?? state.until }
            defer { state.failure = nil }
            return state.failure != nil
        }
        if hadFailed { logger.notice("\(place.name) takes backups again, and has caught up") }
    }

    /// Delivers one piece; false where it is gone: in all places already, and removed since the list was made.
    private func deliver(_ name: String) async throws -> Bool {
        let bytes: [UInt8]
        do throws(StorageFailure) {
            bytes = try await outbox.get(name)
        } catch {
            guard case .missing = error else { throw error }
            return false
        }
        try await put(name, bytes)
        if let segment = Self.segment(name) { state.withLock { $0.merger?.add(segment, bytes: bytes.count) } }
        if delivered.note(name, in: index) { try await outbox.remove(name) }
        return true
    }

    /// Delivers runs of turns as one piece: a place that was away, or that takes long for each piece, is caught up with all the same.
    ///
    /// - Returns: how many it were; nil where they are few, or one is gone.
    private func deliver(_ runs: [SegmentName]) async throws -> Int? {
        guard runs.count >= Self.joinedMin else { return nil }
        let waiting = SegmentMerger(repository: Repository(store: outbox, sealing: sealing))
        do {
            guard let whole = try await waiting.joined(runs, bytesMax: Self.joinedBytes) else { return nil }
            let bytes = try await repository.put(whole.name.name, whole.bytes)
            state.withLock { $0.merger?.add(whole.name, bytes: Int(bytes)) }
            for run in runs.prefix(whole.count) where delivered.note(run.name, in: index) {
                try await outbox.remove(run.name)
            }
            return whole.count
        } catch StorageFailure.missing { return nil }
    }

    /// The runs of turns at the beginning that follow one another.
    static func run(_ names: ArraySlice<String>) -> [SegmentName] {
        var runs: [SegmentName] = []
        for name in names.prefix(runsMax) {
            guard let run = segment(name),
                runs.last.map({ $0.history == run.history && $0.turns.upperBound + 1 == run.turns.lowerBound }) ?? true
            else { break }
            runs.append(run)
        }
        return runs
    }

    /// Sees to it that what the place holds leads to the present: after each start, after each failure, and after it was passed over.
    ///
    /// A place that was added or replaced, or that was away for too long, lacks something: it gets it from another place, or a snapshot.
    private func settle(_ present: Present, _ doubts: Int) async throws {
        guard state.withLock({ $0.settled != doubts }) else { return }
        let held = try await place.store.list("")
        if !present.isReached(by: held) {
            guard try await copy(to: held, present) else {
                state.withLock { $0.needsSnapshot = true }
                throw BackupFailure("what it holds does not lead to the present: it gets a snapshot")
            }
        }
        state.withLock { $0.settled = doubts }
    }

    /// Copies what the place lacks from another one.
    ///
    /// - Returns: whether there was one that has it.
    private func copy(to held: [StoredObject], _ present: Present) async throws -> Bool {
        for other in others {
            guard let there = try? await other.store.list(""), present.isReached(by: there) else { continue }
            let lacking = Set(there.map(\.name)).subtracting(held.map(\.name)).filter { name in
                ArchiveName(name).map { $0.belongs(to: present.history) } ?? false
            }
            logger.notice("\(place.name) gets \(lacking.count) pieces from \(other.name)")
            let names = lacking.sorted()
            for name in names.filter({ !Self.isLast($0) }) + names.filter(Self.isLast) {
                try await put(name, try await other.store.get(name))
            }
            return present.isReached(by: try await place.store.list(""))
        }
        return false
    }

    /// What stands in the outbox, the oldest first, and manifests after the pieces that they name.
    private func waiting() async throws(StorageFailure) -> [String] {
        var names = try await outbox.list("").map(\.name)
        let manifests = Set(names.filter(Self.isManifest))
        if !manifests.isEmpty {
            // A list that was made while a snapshot was written may have its manifest and lack a piece. A later one has all pieces.
            names = try await outbox.list("").map(\.name).filter { !Self.isManifest($0) || manifests.contains($0) }
        }
        names = Self.complete(names)
        return names.filter { !Self.isManifest($0) } + names.filter(Self.isManifest)
    }

    /// Stores a piece; one that an archiver stored, and had no time to note, is the same with other bytes where it is encrypted.
    private func put(_ name: String, _ bytes: [UInt8]) async throws {
        do throws(StorageFailure) {
            try await place.store.put(name, bytes)
        } catch {
            guard case .taken = error, try await repository.get(name) == sealing.open(bytes, as: name) else {
                throw error
            }
        }
    }

    /// Replaces many small pieces by one, now and then.
    private func merge() async throws {
        let pending: SegmentMerger.Pending
        if let known = state.withLock({ $0.merger }) {
            pending = known
        } else {
            pending = SegmentMerger.Pending(try await place.store.list(""))
            state.withLock { $0.merger = pending }
        }
        guard let run = pending.run else { return }
        try await merger.merge(run)
        state.withLock { $0.merger?.remove(run) }
    }

    private func note(_ failure: String) {
        let isNew = state.withLock { state in
            defer { state.failure = failure }
            state.doubts += 1
            return state.failure != failure
        }
        if isNew { logger.error("\(place.name) takes no backups: \(failure)") }
    }

    /// Leaves out pieces of snapshots that are not complete: one that is interrupted never reaches a place.
    static func complete(_ names: [String]) -> [String] {
        let manifests = Set(names)
        return names.filter { name in
            if case .part(let snapshot, _) = ArchiveName(name) { manifests.contains(snapshot.manifest) } else { true }
        }
    }

    /// The pieces of snapshots that have no manifest.
    static func incomplete(_ objects: [StoredObject]) -> [String] {
        let names = objects.map(\.name)
        return Set(names).subtracting(complete(names)).sorted()
    }

    /// Those pieces of which a place lacks nothing that it would not notice, in the order of their removal.
    ///
    /// A snapshot goes as a whole, once its manifest is stored, and its manifest first: a place that got the manifest without a piece would count
    /// as complete. Files of archived orders stay, because nothing tells that a place lacks one.
    static func droppable(_ stored: [String]) -> [String] {
        let names = Set(stored)
        let (manifests, others) = (stored.filter(isManifest).sorted(), stored.filter { !isManifest($0) }.sorted(by: >))
        return manifests
            + others.filter { name in
                switch ArchiveName(name) {
                case .segment: true
                case .part(let snapshot, _): names.contains(snapshot.manifest)
                default: false
                }
            }
    }

    private static func isManifest(_ name: String) -> Bool {
        if case .manifest = ArchiveName(name) { true } else { false }
    }

    /// Whether a piece says that others are complete.
    private static func isLast(_ name: String) -> Bool {
        switch ArchiveName(name) {
        case .manifest, .fileManifest: true
        default: false
        }
    }

    private static func segment(_ name: String) -> SegmentName? {
        if case .segment(let segment) = ArchiveName(name) { segment } else { nil }
    }
}
