import BackupStorage

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
    /// The size of what waits for its places from which on nothing is added, in bytes.
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
}
