// What the parts of a server take from the settings.

import API
import Backups
import Components
import Configuration
import Foundation
import JSON
import Ledger
import LedgerEngines
import LedgerPostgres
import LedgerSQLite
import Replicas
import Secrets
import Spelling
import Trading

extension ServerSettings {
    /// The database file.
    public var databasePath: String { data + "/tradewind.db" }

    /// The files of the TLS certificate; nil for plain HTTP.
    ///
    /// - Throws: ``SettingError`` where only one of the two files is named.
    public var certificateFiles: CertificateFiles? {
        get throws(SettingError) {
            let (certificate, key) = (text(.certificate), text(.certificateKey))
            if certificate.isEmpty, key.isEmpty { return nil }
            guard !certificate.isEmpty, !key.isEmpty else {
                throw SettingError(description: "tls.certificate and tls.key go together: set both, or neither")
            }
            return CertificateFiles(certificate: certificate, key: key)
        }
    }

    /// The format of the log: `text` or `json`.
    public var logFormat: String { text(.logFormat) }

    /// The scheme of the server's address.
    public var scheme: String { text(.certificate).isEmpty ? "http" : "https" }

    /// How long requests may take to finish after the process was told to stop.
    public var drainTime: Duration { .seconds(self(.shutdown)) }

    /// How the number of replicas follows the load.
    public var scaling: ScalingPlan {
        ScalingPlan(
            interval: .seconds(self(.scalingInterval)),
            processors: Double(self(.scalingProcessors)) / 100,
            inFlight: Double(self(.scalingInFlight)),
            upWindow: .seconds(self(.scalingUp)),
            downWindow: .seconds(self(.scalingDown))
        )
    }

    /// The availability objective, as a share.
    public var objective: Double {
        // The text was checked to be a number.
        (Double(text(.availabilityObjective)) ?? 99.9) / 100
    }

    /// How long requests with a key are remembered, in seconds.
    public var idempotencySeconds: Int64 { Int64(self(.idempotency)) }

    var shop: ShopSettings {
        var shop = ShopSettings(
            reservationSeconds: Int64(self(.reservation)),
            guestReservationSeconds: Int64(self(.guestReservation)),
            unpaidLimits: unpaidLimits,
            orderCeiling: OrderCeiling(text(.maxTotal)) ?? .standard,
            uniqueReferences: isOn(.uniqueReferences),
            cartSeconds: Int64(self(.cart)),
            guestCartSeconds: Int64(self(.guestCart)),
            requestSeconds: requestSeconds,
            idempotencySeconds: idempotencySeconds,
            eventSeconds: Int64(self(.events)),
            webhooksAllowPrivate: isOn(.allowPrivate),
            outcomeSeconds: Int64(self(.availabilityRetention)) * 86_400,
            streams: EventStreams.Bounds(total: self(.streams), ofKey: self(.streamsOfKey))
        )
        shop.lostMoney = lostMoney
        shop.archiving = archiving
        shop.lostParcels = lostParcels
        return shop
    }

    /// When closed orders are archived without being asked; nil for never.
    private var archiving: ArchiveSchedule? {
        guard self(.archiveAfter) > 0, ledger.isOfOneMachine else { return nil }
        return ArchiveSchedule(
            afterSeconds: Int64(self(.archiveAfter)) * 86_400,
            intervalSeconds: Int64(self(.archiveInterval)) * 3600
        )
    }

    /// Refuses to archive orders whose requests with a key are still remembered.
    ///
    /// - Throws: ``SettingError``.
    func checkArchiving() throws(SettingError) {
        guard self(.archiveAfter) == 0 || ledger.isOfOneMachine else {
            throw SettingError(
                description: "archive.after is for a ledger in a file: files of one machine are not on the others"
            )
        }
        guard let archiving, archiving.afterSeconds < idempotencySeconds else { return }
        throw SettingError(
            description:
                "archive.after is at least \(idempotencySeconds) s (ledger.idempotency-retention): a request with a key may be repeated until then"
        )
    }

    /// How long a request waits for its decision: no less than changes wait for a server of the ledger that is away.
    private var requestSeconds: Int64 {
        Int64(ledger.isOfOneMachine ? self(.request) : max(self(.request), self(.absence) + 1))
    }

    /// How long a write may be unanswered before a replica counts as stuck: a server of the ledger that does not answer is known as away by then.
    var stuckAfter: Duration {
        .seconds(ledger.isOfOneMachine ? 5 : self(.answerTime) + 5)
    }

    /// What becomes of the money of orders that were lost with a restore.
    var lostMoney: LostMoneyRule {
        guard let rule = LostMoneyRule(rawValue: text(.lostPayments)) else {
            preconditionFailure("a checked setting is one of its choices")
        }
        return rule
    }

    /// What becomes of parcels of orders that were lost with a restore.
    var lostParcels: LostParcelRule {
        guard let rule = LostParcelRule(rawValue: text(.lostParcels)) else {
            preconditionFailure("a checked setting is one of its choices")
        }
        return rule
    }

    /// The payment desk with the configured providers, in order.
    func payments(_ providers: ProviderSet, waiters: PaymentWaiters) -> PaymentDesk {
        let inOrder = providers.paymentOrder.compactMap { providers.payments[$0] }
        let milliseconds = Int64(self(.paymentDeadline))
        return PaymentDesk(
            providers: inOrder,
            terms: PaymentTerms(
                routing: PaymentRouting(
                    inOrder.map { provider in
                        let rules = Currency.all.compactMap { currency in
                            provider.amounts(in: currency).map { (currency, $0) }
                        }
                        return PaymentRoute(
                            provider.name,
                            rules: Dictionary(uniqueKeysWithValues: rules),
                            capturesInParts: provider.capturesInParts
                        )
                    }
                ),
                capture: CaptureMode(rawValue: text(.paymentCapture)) ?? .onShipment,
                cashOnDelivery: isOn(.cashOnDelivery)
            ),
            bounds: PaymentBounds(
                callsMax: self(.paymentCalls),
                callTime: .milliseconds(milliseconds),
                interval: .milliseconds(min(200, self(.taskInterval)))
            ),
            waiters: waiters
        )
    }

    /// With fewer connections a server is useless.
    private static let fewestConnections = 16

    /// The most client connections under a limit of open files.
    ///
    /// - Throws: ``SettingError`` where the limit leaves room for too few.
    public func connectionsMax(within files: Int) throws(SettingError) -> Int {
        // Three files for each connection to the ledger; a call to a provider or a webhook endpoint is a socket.
        let calls = list(.paymentProviders).count * self(.paymentCalls) + list(.carriers).count * self(.carrierCalls)
        let reserve = 96 + 3 * self(.readers) + calls
        let most = OpenFiles.connections(within: files, reserve: reserve)
        guard most >= Self.fewestConnections else {
            let needed = OpenFiles.needed(for: Self.fewestConnections, reserve: reserve)
            throw SettingError(
                description: """
                    at most \(files) files may be open (ulimit -n), and a server needs \(needed): raise that, as with `ulimit -n 65536` \
                    or LimitNOFILE=65536 in a unit of systemd
                    """
            )
        }
        return min(self(.connections), most)
    }

    /// The memory for all bodies of requests, in bytes.
    var bodyBytes: Int { min(self(.bodyMegabytes) << 20, Int(MachineMemory.bytes / 8)) }

    var deliveries: DeliverySettings {
        let least = Int64(self(.trackLeast))
        return DeliverySettings(
            concurrency: self(.carrierCalls),
            callSeconds: Int64(self(.carrierCall)),
            schedule: TrackingSchedule(leastSeconds: least, mostSeconds: max(least, Int64(self(.trackMost)))),
            completesOrders: isOn(.completeDelivered)
        )
    }

    var bounds: CommitterBounds {
        CommitterBounds(maxBatch: self(.maxBatch), maxQueue: self(.maxQueue), keepRows: self(.keepRows))
    }

    var checks: LedgerGuard.Schedule {
        LedgerGuard.Schedule(quick: .seconds(self(.checkInterval)), full: .seconds(self(.fullCheckInterval)))
    }

    /// The change journal of a shop that is archived.
    ///
    /// Also without the setting where the archiver has made its directory: commands beside the shop, as `tradewind keys`, are not
    /// told of the shop's settings, and what they change belongs into the archive, too.
    private var changeJournal: ChangeJournalSettings? {
        let directory = BackupDirectory(data: data).journal
        guard !text(.backupPlace).isEmpty || FileManager.default.fileExists(atPath: directory) else { return nil }
        return ChangeJournalSettings(directory: directory, maxBytes: backupRoom.journals)
    }

    private func postgres(_ server: Secret<String>) -> PostgresSettings {
        PostgresSettings(
            connection: server,
            readers: self(.serverReaders),
            busyMilliseconds: Int32(self(.turnTime)),
            pauseMilliseconds: Int32(self(.turnPause)),
            answerTime: .seconds(self(.answerTime)),
            absence: .seconds(self(.absence))
        )
    }

    /// Where the ledger is, and how it is opened.
    public var ledger: LedgerLocation { ledgerOnServer ?? ledgerInFile }

    /// The ledger in a database of PostgreSQL; nil where none is named.
    public var ledgerOnServer: LedgerLocation? {
        let server = secret(.ledgerServer)
        return server.reveal().isEmpty ? nil : .server(postgres(server), localPath: databasePath)
    }

    /// The ledger in the file of the data directory, whether it is there or used.
    public var ledgerInFile: LedgerLocation {
        .file(
            SQLiteSettings(
                path: databasePath,
                busyMilliseconds: Int32(self(.busy)),
                readers: self(.readers),
                cacheKibibytes: self(.cache),
                walBytes: Int64(self(.walMegabytes)) << 20,
                checkpointInterval: .milliseconds(self(.checkpoint)),
                journal: changeJournal,
                syncDelayMilliseconds: Int32(self(.faultSync))
            )
        )
    }
}
