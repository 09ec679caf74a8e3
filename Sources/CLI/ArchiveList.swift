import Backups
import Foundation
import Trading

/// What a place holds, for people and programs.
struct ArchiveList: Codable {
    struct History: Codable {
        let name: String
        /// From when to when every moment can be restored; in RFC 3339.
        let from: String
        let to: String
        let lastTurn: Int64
        let lastEvent: Int64
        let snapshots: [String]
        /// Turns that are there, but cannot be reached: something before them is missing.
        let isBroken: Bool
    }

    let place: String
    let bytes: Int64
    let histories: [History]
    /// Histories without a complete snapshot: nothing of them can be restored.
    let unusable: [String]

    init(_ place: String, _ catalogue: ArchiveCatalogue) {
        self.place = place
        bytes = catalogue.bytes
        let sorted = catalogue.histories.sorted { $0.key < $1.key }
        unusable = sorted.filter { $0.value.snapshots.isEmpty }.map { "\($0.key)" }
        histories = sorted.compactMap { name, history in
            guard let first = history.snapshots.first, let newest = history.snapshots.last else { return nil }
            let path = history.path(after: first.turn)
            let end = path.last
            let lastTurn = end?.turns.upperBound ?? newest.turn
            return History(
                name: "\(name)",
                from: "\(first.at)",
                to: "\(end?.to ?? newest.at)",
                lastTurn: lastTurn,
                lastEvent: end?.event ?? newest.event,
                snapshots: history.snapshots.map { "\($0.at)" },
                isBroken: history.segments.contains { $0.turns.lowerBound > lastTurn }
            )
        }
    }

    var text: String {
        var lines = ["\(place): \(bytes / 1_000_000) MB"]
        for history in histories {
            lines.append(
                "  every moment from \(history.from) to \(history.to), turn \(history.lastTurn), event \(history.lastEvent)"
                    + (history.isBroken ? "; beyond that something is missing" : "")
            )
            lines += history.snapshots.map { "    a snapshot of \($0)" }
        }
        lines += unusable.map { "  \($0) has no snapshot: nothing of it can be restored" }
        if histories.isEmpty { lines.append("  nothing that can be restored") }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// The backups of a database, for people and programs.
struct DatabaseList: Codable {
    let place: String
    let backups: [DatabaseBackup]

    init(_ place: String, _ backups: [DatabaseBackup]) {
        self.place = place
        self.backups = backups
    }

    var text: String {
        var lines = [place]
        if let first = backups.first {
            lines.append(
                "  every moment from \(Timestamp(seconds: first.to)) to the end of what is archived of the log"
            )
        } else {
            lines.append("  nothing that can be restored")
        }
        lines += backups.map { backup in
            let size = "\(backup.bytes / 1_000_000) MB"
            return "    \(backup.label), \(backup.type), of \(Timestamp(seconds: backup.to)), \(size)"
                + (backup.hasErrors ? ", with damaged pages" : "")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension VerificationReport {
    /// What was found, for people.
    ///
    /// - Parameter isCompared: whether it was compared with a shop.
    func text(isCompared: Bool) -> String {
        var lines = findings.map { "wrong: \($0)" }
        let gigabytes = Double(restoredBytes) / 1e9
        lines.append(
            """
            \(place): \(pieces) pieces, \(archiveBytes / 1_000_000) MB; restored to turn \(turn) (\(Timestamp(milliseconds: turnAt))) \
            in \(String(format: "%.1f", restoreSeconds)) s, \(String(format: "%.2f", gigabytes)) GB
            """
        )
        if isCompared {
            lines.append(
                lossMilliseconds.map {
                    "a loss of the disk would have cost \(String(format: "%.2f", Double($0) / 1000)) s of turns"
                }
                    ?? "how much a loss of the disk would have cost is not known: no archiver has reported"
            )
        }
        let sound = isCompared ? "every table is as it is in the shop, and the audit is clean" : "the audit is clean"
        lines.append(findings.isEmpty ? sound : "the archive is NOT sound")
        return lines.joined(separator: "\n") + "\n"
    }
}
