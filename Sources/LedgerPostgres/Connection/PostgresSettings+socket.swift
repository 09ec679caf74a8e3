import CPostgres
import Ledger
import Secrets

extension PostgresSettings {
    /// The same role and database on another server, which listens at a socket in a directory.
    ///
    /// - Throws: a failure where the address cannot be read.
    public func at(socket directory: String, port: Int) throws(LedgerFailure) -> PostgresSettings {
        let (keywords, values) = try PostgresAddress(connection).parameters
        let kept = zip(keywords, values).filter { ["user", "dbname"].contains($0.0) }
        let all = kept + [("host", directory), ("port", "\(port)")]
        var settings = self
        settings.connection = Secret(all.map { "\($0.0)=\(Self.quoted($0.1))" }.joined(separator: " "))
        return settings
    }

    /// Whether a server takes connections, and changes; blocks its thread.
    public var isReady: Bool {
        do throws(LedgerFailure) {
            _ = try PostgresConnection(self, .migrate)
            return true
        } catch {
            return false
        }
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
