import CPostgres
import Ledger
import Secrets

/// Where a database is, with what makes a connection notice that its server is gone.
struct PostgresAddress {
    /// libpq's keywords and their values.
    let parameters: (keywords: [String], values: [String])

    /// What the address may say itself.
    ///
    /// A server that vanished is noticed in seconds, instead of when the kernel has given up sending. Source:
    /// postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS.
    private static let usual = [
        ("fallback_application_name", "tradewind"), ("target_session_attrs", "read-write"), ("connect_timeout", "2"),
        ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "2"),
        ("tcp_user_timeout", "5000"),
    ]

    /// What no address changes.
    private static let fixed = [("client_encoding", "UTF8")]

    private static var unreadable: LedgerFailure {
        LedgerFailure(
            .unsuitable,
            phase: .begin,
            retry: .never,
            detail: "the address of the database cannot be read; it is like postgres://user@host:5432/shop"
        )
    }

    /// Reads an address.
    ///
    /// - Throws: a failure that says what is wrong with it, without its password.
    init(_ connection: Secret<String>) throws(LedgerFailure) {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(connection.reveal(), &message) else {
            // libpq repeats the whole address in some messages.
            PQfreemem(message)
            throw Self.unreadable
        }
        defer { PQconninfoFree(options) }
        var given: [(String, String)] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { given.append((String(cString: keyword), String(cString: value))) }
            option += 1
        }
        let said = Set(given.map(\.0) + Self.fixed.map(\.0))
        let all =
            given.filter { name, _ in !Self.fixed.contains { $0.0 == name } }
            + Self.usual.filter { !said.contains($0.0) } + Self.fixed
        let ports = all.filter { $0.0 == "port" }.flatMap { $0.1.split(separator: ",") }
        guard ports.allSatisfy({ UInt16($0) != nil }) else { throw Self.unreadable }
        parameters = (all.map(\.0), all.map(\.1))
    }
}
