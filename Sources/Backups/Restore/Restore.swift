// A restore: a snapshot, and the turns after it up to a moment, one after another, each checked before it is applied.

import BackupStorage
import Foundation
import Ledger
import LedgerSQLite
import Time

/// What a restore did, or would do.
package struct RestoreOutcome: Sendable {
    /// The last turn of the restored ledger, its time and the last event.
    package var turn: LedgerTurn
    package var event: Int64
    /// What was archived after it.
    package var lost = LostTurns()
    /// The size of the restored file, in bytes; 0 for a dry run.
    package var bytes: Int64 = 0
    /// The number of turns that were applied to the snapshot.
    package var applied: Int64 = 0
    /// How long it took, in seconds.
    package var seconds = 0.0
}

/// Restores a ledger's file from one place of an archive.
package struct Restore: Sendable {
    private let repository: Repository
    private let plan: RestorePlan
    private let progress: @Sendable (RestoreProgress) -> Void

    /// A restore by a plan.
    package init(
        _ repository: Repository,
        _ plan: RestorePlan,
        progress: @escaping @Sendable (RestoreProgress) -> Void = { _ in }
    ) {
        self.repository = repository
        self.plan = plan
        self.progress = progress
    }

    /// Restores into a new file.
    ///
    /// - Parameter path: the file; nil for a dry run, which only reads what would be lost.
    /// - Throws: a failure; `damaged` names the piece. The file is then worthless.
    package func run(into path: String?) async throws -> RestoreOutcome {
        let began = ContinuousClock.now
        let name = plan.snapshot.manifest
        let manifest = try SnapshotManifest(try await repository.get(name), named: name)
        guard let turn = manifest.turn.turn, manifest.turn.number == plan.snapshot.turn,
            manifest.event == plan.snapshot.event
        else { throw StorageFailure.damaged(name, reason: "it does not say what its name says") }
        if let path { try await copySnapshot(manifest, to: path) }
        var walk = try RestoreWalk(
            plan.target,
            from: turn,
            event: manifest.event,
            replay: path.map { try ChangeReplay(path: $0) }
        )
        try await follow(plan.segments, &walk)
        var outcome = try walk.finish()
        outcome.seconds = (ContinuousClock.now - began).seconds
        if let path {
            outcome.bytes = Int64(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
        }
        return outcome
    }

    /// Goes through runs of turns.
    ///
    /// The archiver joins runs, and removes those that it joined: where one is gone, what stands in its place is gone through.
    private func follow(_ segments: [SegmentName], _ walk: inout RestoreWalk) async throws {
        var (names, last, gone) = (segments.map(\.name), walk.last.number, 0)
        while true {
            do {
                try await repository.fetch(names) { index, bytes in
                    try walk.add(ChangeSegment(bytes, named: names[index]), named: names[index])
                    progress(RestoreProgress(stage: "turns", done: Int64(index + 1), total: Int64(names.count)))
                }
                return
            } catch let failure as StorageFailure {
                guard case .missing = failure, let end = segments.last?.turns.upperBound else { throw failure }
                let there = ArchiveCatalogue(try await repository.store.list(""))
                let rest = there.histories[plan.snapshot.history]?.path(after: walk.last.number) ?? []
                gone = walk.last.number == last ? gone + 1 : 0
                // What leads no further than before, or is gone again and again without a step in between, is lost.
                guard rest.last.map({ $0.turns.upperBound >= end }) ?? false, rest.map(\.name) != names,
                    gone < Self.missingMax
                else { throw failure }
                (names, last) = (rest.map(\.name), walk.last.number)
            }
        }
    }

    /// How often a run may be gone without a step in between.
    private static let missingMax = 10

    /// Copies the files of closed orders that a restored ledger lists into the directory beside it.
    func copyFiles(listedBy database: String) async throws {
        try await ArchivedFiles(repository: repository).copy(listedBy: database)
    }

    private func copySnapshot(_ manifest: SnapshotManifest, to path: String) async throws {
        try await repository.copy(manifest.parts, named: plan.snapshot.part, to: path) { done in
            progress(RestoreProgress(stage: "snapshot", done: done, total: manifest.bytes))
        }
    }
}

/// How far a restore is.
package struct RestoreProgress: Sendable {
    /// What is being done, a word.
    package let stage: String
    /// What is done of it, and the whole: bytes of a snapshot, runs of turns.
    package let done: Int64
    package let total: Int64
}

/// Goes through the turns after a snapshot: up to the moment they are applied, beyond it they are counted.
private struct RestoreWalk {
    private let target: RestoreTarget
    private let replay: ChangeReplay?
    private var reader = ChangeReader()
    private var outcome: RestoreOutcome
    private var chain: ChangeChain?
    /// The last turn that was seen, applied or not.
    private(set) var last: LedgerTurn
    private var lastEvent: Int64
    private var isBeyond = false

    init(_ target: RestoreTarget, from turn: LedgerTurn, event: Int64, replay: ChangeReplay?) throws(StorageFailure) {
        self.target = target
        self.replay = replay
        (last, lastEvent) = (turn, event)
        outcome = RestoreOutcome(turn: turn, event: event)
        if let replay, replay.turn != turn {
            throw .damaged("snapshot", reason: "its file ends with turn \(replay.turn.number), not \(turn.number)")
        }
    }

    mutating func add(_ segment: ChangeSegment, named name: String) throws {
        let records = try segment.list(named: name)
        // A piece that begins before the end of the last one repeats turns; that the others follow is checked for each.
        let begins = records.first { $0.header.kind == .changes }?.header.turn.number
        guard chain == nil || segment.before == chain || begins != last.number + 1 else {
            throw StorageFailure.damaged(name, reason: "it does not follow the piece before it")
        }
        var chain = segment.before
        for record in records {
            if record.header.kind == .changes { record.bytes.withUnsafeBytes { chain.add($0) } }
            try record.payload.withUnsafeBytes { try add(record.header, $0, name) }
        }
        guard chain == segment.after else {
            throw StorageFailure.damaged(name, reason: "its turns do not add up to what it says")
        }
        self.chain = chain
    }

    private mutating func add(_ header: ChangeHeader, _ payload: UnsafeRawBufferPointer, _ name: String) throws {
        guard header.kind == .changes else {
            guard reader.describe(payload) else {
                throw StorageFailure.damaged(name, reason: "its tables cannot be read")
            }
            try replay?.describe(payload)
            return
        }
        // A piece may begin before the snapshot, or before the end of the one before it.
        guard header.turn.number > last.number else { return }
        guard header.follows(last) else {
            throw StorageFailure.damaged(name, reason: "turn \(header.turn.number) does not follow turn \(last.number)")
        }
        if !isBeyond, isAfterTarget(header) { isBeyond = true }
        if isBeyond {
            guard let changes = reader.changes(header, payload) else {
                throw StorageFailure.damaged(name, reason: "turn \(header.turn.number) cannot be read")
            }
            outcome.lost.add(header, changes, event: &lastEvent)
        } else {
            try replay?.apply(header, payload)
            outcome.applied += 1
            outcome.turn = header.turn
            if header.lastEvent >= 0 { lastEvent = header.lastEvent }
            outcome.event = lastEvent
        }
        last = header.turn
    }

    private func isAfterTarget(_ header: ChangeHeader) -> Bool {
        switch target {
        case .time(let time): header.turn.at > time
        case .event(let event): outcome.event >= event
        case .turn(let turn): header.turn.number > turn
        case .latest: false
        }
    }

    func finish() throws -> RestoreOutcome {
        switch target {
        case .event(let event) where outcome.event < event:
            throw BackupFailure("event \(event) is not archived; the last one there is \(outcome.event)")
        case .turn(let turn) where outcome.turn.number < turn:
            throw BackupFailure("turn \(turn) is not archived; the last one there is \(outcome.turn.number)")
        default: break
        }
        try replay?.finish()
        return outcome
    }
}
