import Ledger
import Secrets

/// Settings of the PostgreSQL engine.
public struct PostgresSettings: Hashable, Sendable {
    /// Where the database is: a URL or keywords, as libpq reads them; it may have a password in it.
    ///
    /// Source: postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING.
    public var connection: Secret<String>
    /// Connections that read.
    public var readers: Int
    /// How long a writer waits for the turn, in milliseconds.
    public var busyMilliseconds: Int32
    /// How long a writer may keep the turn without saying anything before the server takes it away, in milliseconds.
    public var pauseMilliseconds: Int32
    /// How long the server may take for an answer before the connection counts as lost.
    public var answerTime: Duration
    /// Whether the time of a turn is the server's; otherwise it is the process's own, which is for tests.
    public var usesServerTime: Bool
    /// How long commands wait for a server that is away before they are refused.
    public var absence: Duration

    /// The same for statements over whole tables, whose answer may take a day.
    var patient: PostgresSettings {
        var patient = self
        patient.answerTime = .seconds(86_400)
        return patient
    }

    /// The most connections that a process has.
    public var connections: Int { readers + 2 }

    /// Settings for a database, with the defaults of the settings table.
    public init(
        connection: Secret<String>,
        readers: Int = 2,
        busyMilliseconds: Int32 = 5000,
        pauseMilliseconds: Int32 = 2500,
        answerTime: Duration = .seconds(10),
        usesServerTime: Bool = true,
        absence: Duration = .seconds(20)
    ) {
        self.connection = connection
        self.readers = readers
        self.busyMilliseconds = busyMilliseconds
        self.pauseMilliseconds = pauseMilliseconds
        self.answerTime = answerTime
        self.usesServerTime = usesServerTime
        self.absence = absence
    }
}
