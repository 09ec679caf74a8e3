import BackupStorage
import Backups
import Components
import Foundation
import Logging
import Secrets
import Supervision
import Trading

/// The places of an archive, open.
public struct BackupPlaces: Sendable {
    /// The places, the first one first.
    package let all: [ArchivePlace]
    /// Compresses and encrypts.
    package let sealing: Sealing
    private let stores: [OpenStorage]

    /// Opens places at locations, with a server's settings for their keys and credentials.
    ///
    /// - Throws: ``SettingError``.
    fileprivate init(_ locations: [String], _ settings: ServerSettings) throws(SettingError) {
        let file = settings.text(.backupKeys)
        do throws(SealingKeysFailure) {
            sealing = Sealing(keys: file.isEmpty ? nil : try SealingKeys(file: file))
        } catch {
            throw SettingError(description: "backup.keys: \(error)")
        }
        var stores: [OpenStorage] = []
        for location in locations {
            do throws(StorageFailure) {
                stores.append(try StorageLocation.parse(location).open(settings.s3Access))
            } catch {
                throw SettingError(description: "\(location) is no place for backups: \(error)")
            }
        }
        self.stores = stores
        all = zip(locations, stores).map { ArchivePlace(name: $0, store: $1.store) }
    }

    /// Makes places ready that the shop never used; one that it did use, and that looks empty, is a mount that is missing.
    package func prepareNew(_ directory: BackupDirectory, logger: Logger) async throws {
        let known = ArchiveReport.read(directory)?.places.filter { $0.until != nil }.map(\.name) ?? []
        for place in all where !known.contains(place.name) {
            do throws(StorageFailure) {
                try await place.store.prepare()
            } catch {
                // It may be away; the archiver says so, too, and goes on with the others.
                logger.warning("\(place.name) cannot be made ready for backups: \(error)")
            }
        }
    }

    /// Ends the connections to the places.
    public func close() async {
        for store in stores { await store.close() }
    }
}

extension ServerSettings {
    /// Whether the shop is archived.
    public var hasBackups: Bool { !text(.backupPlace).isEmpty }

    /// How old what is in no place may be before that is a fault.
    public var backupAlert: Duration { .seconds(self(.backupAlert)) }

    /// How often the archive is verified.
    public var backupVerifyInterval: Duration { .seconds(self(.backupVerify) * 3600) }

    /// How the shop's archive stands, whenever it is asked; while the archiver has said nothing yet, since this call.
    package func archiveStanding() -> @Sendable () -> ArchiveStanding {
        let (directory, begun) = (backupDirectory, Timestamp.now)
        let (late, interval) = (backupAlert, backupVerifyInterval)
        return {
            let (report, verified, now) = (
                ArchiveReport.read(directory), VerificationReport.read(directory), Timestamp.now
            )
            func age(_ time: Int64?) -> Duration {
                .milliseconds(max(0, now.milliseconds - (time ?? begun.milliseconds)))
            }
            return ArchiveStanding(
                lateness: age(report?.until),
                placeLateness: report?.places.map { age($0.until) }.max() ?? age(nil),
                latenessMax: late,
                verifiedAge: age(verified?.soundAt),
                verifiedAgeMax: interval * 2,
                isDamaged: verified.map { !$0.findings.isEmpty } ?? false
            )
        }
    }

    /// The figures of the archive, for the metrics; nil for a shop without backups.
    var archiveGauges: (@Sendable () -> ArchiveGauges)? {
        guard hasBackups || !text(.backupStanza).isEmpty else { return nil }
        let directory = backupDirectory
        return {
            let (report, verified) = (ArchiveReport.read(directory), VerificationReport.read(directory))
            return ArchiveGauges(
                places: report?.places.map { ($0.name, $0.until.map { Timestamp(milliseconds: $0) }) } ?? [],
                waitingBytes: report?.waitingBytes,
                gaps: report?.gaps,
                snapshot: [report?.snapshotAt, verified?.snapshotAt].compactMap(\.self).max().map {
                    Timestamp(milliseconds: $0)
                },
                verified: verified?.soundAt.map { Timestamp(milliseconds: $0) },
                findings: verified?.findings.count,
                restoreSeconds: verified?.restoreSeconds
            )
        }
    }

    /// How long the archive goes back.
    package var backupRetention: Retention { Retention(days: self(.backupDays), snapshots: self(.backupSnapshots)) }

    /// The files of backups in the data directory.
    package var backupDirectory: BackupDirectory { BackupDirectory(data: data) }

    /// The backups of a shop on PostgreSQL; nil for one in a file.
    ///
    /// - Throws: ``SettingError`` where there are none.
    package var databaseBackups: DatabaseBackups? {
        get throws(SettingError) {
            guard case .server(let server, _) = ledger else { return nil }
            guard !text(.backupStanza).isEmpty else {
                throw SettingError(
                    description:
                        "a shop on PostgreSQL is backed up by pgBackRest: set backup.pgbackrest-stanza (deploy/postgres/pgbackrest.conf)"
                )
            }
            let tool = PgBackRest(stanza: text(.backupStanza), config: text(.backupConfig))
            return DatabaseBackups(of: server, by: tool, backupDirectory)
        }
    }

    /// Opens the places of the settings, or another one instead.
    ///
    /// - Throws: ``SettingError`` where no place is set, or one is no place.
    public func openBackupPlaces(_ other: String? = nil) throws(SettingError) -> BackupPlaces {
        let locations = other.map { [$0] } ?? [text(.backupPlace), text(.backupSecondPlace)].filter { !$0.isEmpty }
        guard ledger.isOfOneMachine else {
            throw SettingError(description: "a shop on PostgreSQL is backed up by pgBackRest, not to backup.place")
        }
        guard !locations.isEmpty else {
            throw SettingError(
                description:
                    "there is no place for backups: set backup.place to a directory on another disk, or to s3://BUCKET/PREFIX"
            )
        }
        return try BackupPlaces(locations, self)
    }

    /// How `backup.waiting` is divided, in bytes: a quarter is for what the archiver has not seen yet.
    var backupRoom: (journals: Int64, outbox: Int64) {
        let whole = Int64(self(.backupWaiting)) << 20
        // Two writers' files have to fit.
        return (max(whole / 4, 64 << 20), whole - whole / 4)
    }

    /// How the shop is archived.
    package func archiver(_ places: BackupPlaces) -> ArchiverSettings {
        ArchiverSettings(
            database: databasePath,
            directory: backupDirectory,
            places: places.all,
            sealing: places.sealing,
            interval: .milliseconds(self(.backupInterval)),
            waitingMax: backupRoom.outbox,
            shop: shopDescription
        )
    }

    private var shopDescription: ShopDescription {
        var (shown, secrets): ([String: String], [String]) = ([:], [])
        for value in values where value.source != "default" {
            if case .secret = value.value {
                secrets.append(value.setting.key)
            } else {
                shown[value.setting.key] = value.shown
            }
        }
        return ShopDescription(version: ShopServer.version, settings: shown, secrets: secrets.sorted())
    }

    fileprivate var s3Access: S3Access {
        S3Access(
            endpoint: text(.backupEndpoint).isEmpty ? nil : text(.backupEndpoint),
            region: text(.backupRegion),
            accessKey: secrets(.backupAccessKey).first,
            secretKey: secrets(.backupSecretKey).first
        )
    }
}
