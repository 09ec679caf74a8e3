import CPostgres

/// What a server says beside its answers.
final class PostgresNotices {
    private var hasUnprovenCommit = false

    /// The function of the server that waits for standbys, as it names itself beside each notice; unlike the words, it is in no language.
    ///
    /// Source: src/backend/replication/syncrep.c.
    private static let waitForStandby = "SyncRepWaitForLSN"

    /// Listens to a connection, for as long as both are there.
    func receive(on connection: OpaquePointer) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result,
                    let source = PQresultErrorField(result, CInt(UInt8(ascii: "R"))).map({ String(cString: $0) }),
                    source == PostgresNotices.waitForStandby
                else { return }
                Unmanaged<PostgresNotices>.fromOpaque(context).takeUnretainedValue().hasUnprovenCommit = true
            },
            this
        )
    }

    /// Whether a commit since the last call ended its wait for a standby before there was an answer.
    func takeUnprovenCommit() -> Bool {
        defer { hasUnprovenCommit = false }
        return hasUnprovenCommit
    }
}
