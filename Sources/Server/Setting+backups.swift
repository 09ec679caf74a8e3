// Backups: where to, how often, how long.

extension Setting {
    /// The settings of backups, in the order of the table.
    static let backups: [Setting] = [
        .backupPlace, .backupSecondPlace, .backupEndpoint, .backupRegion, .backupAccessKey, .backupSecretKey,
        .backupKeys, .backupStanza, .backupConfig,
        .backupInterval, .backupWaiting, .backupVerify, .backupDays, .backupSnapshots, .backupAlert,
    ]

    static let backupPlace = Setting(
        "backup.place",
        .text("", .path),
        "where the shop is archived: a directory on another disk, or s3://BUCKET/PREFIX; empty for no backups"
    )
    static let backupSecondPlace = Setting(
        "backup.second-place",
        .text("", .path),
        "another place that holds the same archive"
    )
    static let backupEndpoint = Setting(
        "backup.s3-endpoint",
        .text("", .url),
        "the address of an S3-compatible store; empty for Amazon's"
    )
    static let backupRegion = Setting(
        "backup.s3-region",
        .text("us-east-1", .path),
        "the region that requests to the store are signed for"
    )
    static let backupAccessKey = Setting("backup.s3-access-key", .secret, "the store's access key")
    static let backupSecretKey = Setting("backup.s3-secret-key", .secret, "the store's secret key")
    static let backupKeys = Setting(
        "backup.keys",
        .text("", .path),
        "a file of encryption keys, one on each line: the first encrypts, all decrypt; empty for no encryption"
    )
    static let backupStanza = Setting(
        "backup.pgbackrest-stanza",
        .text("", .path),
        "for a shop on PostgreSQL: the stanza with which pgBackRest backs up its server; empty for no backups"
    )
    static let backupConfig = Setting(
        "backup.pgbackrest-config",
        .text("", .path),
        "pgBackRest's settings file; empty for its own default"
    )
    static let backupInterval = Setting(
        "backup.interval",
        500,
        in: 50...60_000,
        "ms",
        "how often new turns are archived: the most that a lost disk takes along"
    )
    static let backupWaiting = Setting(
        "backup.waiting",
        4096,
        in: 16...1_048_576,
        "MiB",
        "what waits on the shop's own disk while a place is away; beyond it the archive has a gap, and begins anew"
    )
    static let backupVerify = Setting(
        "backup.verify-interval",
        24,
        in: 1...8760,
        "h",
        "how often the archive is restored and compared; the copy that was compared is the next snapshot"
    )
    static let backupDays = Setting(
        "backup.keep-days",
        14,
        in: 1...3650,
        "d",
        "how far back every moment can be restored"
    )
    static let backupSnapshots = Setting(
        "backup.keep-snapshots",
        3,
        in: 1...1000,
        "snapshots",
        "the fewest that are kept, however old"
    )
    static let backupAlert = Setting(
        "backup.alert",
        10,
        in: 1...86_400,
        "s",
        "how old what is in no place may be before that is said to be a fault"
    )
}
