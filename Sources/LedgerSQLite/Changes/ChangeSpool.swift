import Foundation
import Ledger
import Trading

/// The change journals of all writers of a shop, as the archiver reads them.
///
/// Confined to one thread.
package final class ChangeSpool {
    /// Where a record is.
    package struct Location: Sendable {
        package let header: ChangeHeader
        let file: String
        let offset: Int
    }

    /// Names a turn: two writers may both have begun the turn of a number, of which one committed.
    private struct TurnName: Hashable {
        let number: Int64
        let writer: Bits128

        init(_ turn: LedgerTurn) { (number, writer) = (turn.number, turn.writer) }
    }

    private struct Scanned {
        var offset = 0
        var newest: Int64 = 0
    }

    private let directory: String
    private var files: [String: Scanned] = [:]
    private var records: [TurnName: Location] = [:]
    /// The descriptions of tables that were met: few and small, and needed when the file that they were met in is gone.
    private var catalogues: [UInt64: [UInt8]] = [:]

    /// The journals in a directory, which need not exist yet.
    package init(directory: String) {
        self.directory = directory
    }

    /// The size of all journals, in bytes.
    package var bytes: Int64 { JournalFile.bytes(in: directory) }

    /// The records from the turn after `last` up to `newest`, in order.
    ///
    /// - Parameter limit: the most records that are returned, from the first one on.
    /// - Returns: nil where a record is missing: something was changed that no journal tells of.
    package func chain(after last: LedgerTurn, upTo newest: LedgerTurn) throws(LedgerFailure) -> [Location]? {
        // A record may be written between the scan of its file and that of its successor's.
        for _ in 0..<2 {
            try scan()
            if let chain = found(after: last, upTo: newest) { return chain }
        }
        return nil
    }

    private func found(after last: LedgerTurn, upTo newest: LedgerTurn) -> [Location]? {
        var chain: [Location] = []
        guard var next = newest == last ? nil : records[TurnName(newest)] else { return newest == last ? [] : nil }
        while true {
            chain.append(next)
            if next.header.follows(last) { return chain.reversed() }
            guard next.header.before.number > last.number, let earlier = record(before: next.header) else { return nil }
            next = earlier
        }
    }

    /// The record of the turn before another one.
    private func record(before header: ChangeHeader) -> Location? {
        guard header.followsUnknown else { return records[TurnName(header.before)] }
        // Its writer is not named. Of two records of one number only one was committed, and the other has another time.
        let candidates = records.values.filter { header.follows($0.header.turn) }
        return candidates.count == 1 ? candidates[0] : nil
    }

    /// The bytes of a record with its head.
    ///
    /// - Throws: a failure; `corrupt` where the payload is not what was written.
    package func record(_ location: Location) throws(LedgerFailure) -> [UInt8] {
        let count = ChangeHeader.size + location.header.payloadCount
        guard let bytes = read(location.file, at: location.offset, count: count), bytes.count == count else {
            throw failure(.io, "\(location.file) cannot be read")
        }
        let isWhole = bytes.withUnsafeBytes { bytes in
            location.header.matches(UnsafeRawBufferPointer(rebasing: bytes[ChangeHeader.size...]))
        }
        guard isWhole else { throw failure(.corrupt, "\(location.file) has a damaged record") }
        return bytes
    }

    /// The record of the description of tables that records refer to; nil where it is missing.
    package func catalogue(_ name: UInt64) -> [UInt8]? { catalogues[name] }

    /// Forgets the records up to a turn, and removes the files that hold no later ones and are not written any more.
    package func discard(upTo number: Int64) {
        records = records.filter { $0.key.number > number }
        for (name, scanned) in files where scanned.offset > 0 && scanned.newest <= number && isAbandoned(name) {
            // Its writer may have added records since the last scan, and has ended or gone on to another file after that.
            scan(name)
            guard let last = files[name]?.newest, last <= number else { continue }
            guard unlink("\(directory)/\(name)") == 0 || errno == ENOENT else { continue }
            files[name] = nil
        }
    }

    /// Whether a file is written no more: its writer has ended, or has a later file.
    private func isAbandoned(_ name: String) -> Bool {
        let writer = name.prefix(32)
        if files.keys.contains(where: { $0.hasPrefix(writer) && $0 > name }) { return true }
        let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    // MARK: Scanning

    private func scan() throws(LedgerFailure) {
        guard FileManager.default.fileExists(atPath: directory) else { return }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw failure(.io, "\(directory) cannot be read: \(error.localizedDescription)")
        }
        let present = names.filter { $0.hasSuffix(JournalFile.suffix) }
        for name in Set(files.keys).subtracting(present) { files[name] = nil }
        for name in present { scan(name) }
    }

    /// Reads the heads of new records; a record that is not complete yet is looked at again in the next scan.
    private func scan(_ name: String) {
        var scanned = files[name] ?? Scanned()
        defer { files[name] = scanned }
        let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        let size = Int(status.st_size)
        var head = [UInt8](repeating: 0, count: ChangeHeader.size)
        while scanned.offset + ChangeHeader.size <= size {
            guard pread(descriptor, &head, head.count, off_t(scanned.offset)) == head.count,
                let header = head.withUnsafeBytes({ ChangeHeader($0) }),
                scanned.offset + ChangeHeader.size + header.payloadCount <= size
            else { return }
            let location = Location(header: header, file: name, offset: scanned.offset)
            switch header.kind {
            case .changes:
                records[TurnName(header.turn)] = location
                scanned.newest = max(scanned.newest, header.turn.number)
            case .tables:
                if catalogues[header.tables] == nil { catalogues[header.tables] = try? record(location) }
            }
            scanned.offset += ChangeHeader.size + header.payloadCount
        }
    }

    private func read(_ name: String, at offset: Int, count: Int) -> [UInt8]? {
        let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
    }

    private func failure(_ code: LedgerFailure.Code, _ detail: String) -> LedgerFailure {
        LedgerFailure(code, phase: .load, retry: .safe, detail: detail)
    }
}
