import BackupStorage
import Foundation
import LedgerSQLite

/// One place of an archive.
package struct ArchivePlace: Sendable {
    /// Its location, for people; holds no secret.
    package let name: String
    /// The place.
    package let store: any ObjectStore

    /// A place.
    package init(name: String, store: any ObjectStore) {
        self.name = name
        self.store = store
    }
}

/// How a shop is archived.
package struct ArchiverSettings: Sendable {
    /// The ledger's file.
    package let database: String
    /// The files of backups in the data directory.
    package let directory: BackupDirectory
    /// The places, the first one first.
    package let places: [ArchivePlace]
    /// Compresses and encrypts pieces.
    package let sealing: Sealing
    /// The pause between rounds.
    package let interval: Duration
    /// The size of what waits for its places from which on nothing is added, in bytes; less where the shop's disk is almost full.
    package let waitingMax: Int64
    /// What a snapshot says of the shop.
    package let shop: ShopDescription

    /// How a shop is archived.
    package init(
        database: String,
        directory: BackupDirectory,
        places: [ArchivePlace],
        sealing: Sealing,
        interval: Duration,
        waitingMax: Int64,
        shop: ShopDescription
    ) {
        self.database = database
        self.directory = directory
        self.places = places
        self.sealing = sealing
        self.interval = interval
        self.waitingMax = waitingMax
        self.shop = shop
    }

    /// Refuses work that takes so much of the shop's disk, for a moment, that the shop might be closed for it.
    ///
    /// - Parameter halves: what it takes, in halves of the ledger's size.
    func requireRoom(for work: String, halves: Int64) throws(BackupFailure) {
        var status = stat()
        // Who makes a snapshot of a ledger that is not there is told so in a moment.
        guard stat(database, &status) == 0 else { return }
        let bytes = Int64(status.st_size) * halves / 2
        guard WaitingRoom(most: waitingMax).takes(bytes, on: WaitingRoom.Disk(of: directory.path)) else {
            throw BackupFailure("\(work) takes \(bytes >> 20) MiB of the shop's disk, which has too little left for it")
        }
    }
}
