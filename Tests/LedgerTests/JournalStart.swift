import Foundation
import Ledger
import LedgerSQLite
import Testing

/// A ledger as a test found it: the change journal must lead from there to what the test left.
struct JournalStart {
    private let path: String
    private let start: LedgerPosition

    init(path: String) throws {
        self.path = path
        start = try ChangeSource(path: path).copy(to: path + "-copy")
    }

    /// Applies the journal to the first copy, and compares every row with those of the ledger.
    func expectReplay() throws {
        let end = try ChangeSource(path: path).position()
        let spool = ChangeSpool(directory: path + "-changes")
        let chain = try #require(try spool.chain(after: start.turn, upTo: end.turn), "a turn is in no journal")
        let replay = try ChangeReplay(path: path + "-copy")
        var reader = ChangeReader()
        for location in chain {
            let catalogue = try #require(spool.catalogue(location.header.tables))
            try catalogue.withUnsafeBytes { bytes in
                let payload = UnsafeRawBufferPointer(rebasing: bytes[ChangeHeader.size...])
                try replay.describe(payload)
                let isDescribed = reader.describe(payload)
                #expect(isDescribed)
            }
            try spool.record(location).withUnsafeBytes { bytes in
                let payload = UnsafeRawBufferPointer(rebasing: bytes[ChangeHeader.size...])
                try replay.apply(location.header, payload)
                #expect(reader.changes(location.header, payload) != nil)
            }
        }
        try replay.finish()
        #expect(replay.turn == end.turn)
        #expect(try TableDigest.all(path: path) == TableDigest.all(path: path + "-copy"))
    }
}
