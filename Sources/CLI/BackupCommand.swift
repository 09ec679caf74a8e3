import ArgumentParser

/// `tradewind backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract:
            "Archives a shop, so that every moment of it can be restored; lists, verifies and prunes the archive.",
        discussion: """
            Where to is the setting backup.place: a directory on another disk, a mount, or s3://BUCKET/PREFIX. With it `tradewind up` keeps \
            `tradewind backup run` beside the shop: turns are archived twice a second, and the archive is restored and compared with the \
            shop once a day. `tradewind restore` puts a shop back. See docs/backups.md.

            A shop on PostgreSQL is backed up by pgBackRest (backup.pgbackrest-stanza): now, list, verify, prune and prepare go through it, on             a machine of the database and as its user. See docs/postgres.md.
            """,
        subcommands: [
            BackupRunCommand.self, BackupNowCommand.self, BackupListCommand.self, BackupVerifyCommand.self,
            BackupPruneCommand.self,
            BackupPrepareCommand.self,
        ]
    )
}
