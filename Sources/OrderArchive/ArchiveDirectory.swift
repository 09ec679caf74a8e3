import Foundation
import Ledger
import Synchronization

/// The directory of a shop's archive, with its open files.
///
/// One for each process; any thread may use it.
package final class ArchiveDirectory: Sendable {
    /// Where the files are.
    package let path: String
    /// What the name of a complete file ends with.
    package static let ending = ".twa"
    /// The most files that stay open.
    static let openMax = 64
    private let open = Mutex<[ArchiveReader]>([])

    /// The directory at a path, which need not exist as long as no file is listed in the ledger.
    package init(path: String) {
        self.path = path
    }

    /// The directory that belongs to a database file.
    package convenience init(besideDatabase path: String) {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        self.init(path: "\(parent)/archive")
    }

    /// Whether anything was ever archived here.
    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// An open file; opens it where it is not open yet.
    func reader(_ row: ArchiveFileRow) throws(LedgerFailure) -> ArchiveReader {
        if let reader = open.withLock({ open in open.last { $0.name == row.name } }) { return reader }
        let reader = try ArchiveReader(directory: path, name: row.name, size: row.size)
        open.withLock { open in
            if open.count >= Self.openMax { open.removeFirst() }
            open.append(reader)
        }
        return reader
    }

    /// Closes files that are not listed any more, as soon as they are not being read.
    func keepOnly(_ rows: [ArchiveFileRow]) {
        let names = Set(rows.map(\.name))
        open.withLock { open in open.removeAll { !names.contains($0.name) } }
    }

    /// What is wrong with the files that the ledger lists, in words; empty where all are sound.
    ///
    /// Cost: reads every file completely.
    func errors(_ rows: [ArchiveFileRow]) -> [String] {
        rows.compactMap { row in
            do throws(LedgerFailure) {
                let reader = try ArchiveReader(directory: path, name: row.name, size: row.size)
                return reader.difference(from: row).map { "the archive's file \(row.name): \($0)" }
            } catch {
                return error.detail
            }
        }
    }

    /// What is wrong with the files that the ledger lists, as far as it shows without reading them completely, in words.
    ///
    /// Cost: opens every file, and reads the list of its contents.
    func openingErrors(_ rows: [ArchiveFileRow]) -> [String] {
        rows.compactMap { row in
            do throws(LedgerFailure) {
                _ = try ArchiveReader(directory: path, name: row.name, size: row.size)
                return nil
            } catch {
                return error.detail
            }
        }
    }

    /// The names of all files that runs left here: those that the ledger lists, and those that a run began or that were replaced.
    ///
    /// - Throws: a failure to list.
    func ourFiles() throws(LedgerFailure) -> Set<String> {
        guard exists else { return [] }
        do {
            return Set(try FileManager.default.contentsOfDirectory(atPath: path).filter(ArchiveNames.isOurs))
        } catch {
            throw LedgerFailure(.io, phase: .load, retry: .safe, detail: "\(path): \(error.localizedDescription)")
        }
    }

    /// Removes those of some of our files that the ledger does not list.
    ///
    /// - Throws: a failure to remove.
    func remove(_ names: Set<String>, butNot rows: [ArchiveFileRow]) throws(LedgerFailure) {
        do {
            for name in names.subtracting(rows.map(\.name)) {
                try FileManager.default.removeItem(atPath: "\(path)/\(name)")
            }
        } catch {
            throw LedgerFailure(.io, phase: .save, retry: .safe, detail: "\(path): \(error.localizedDescription)")
        }
        keepOnly(rows)
    }
}
