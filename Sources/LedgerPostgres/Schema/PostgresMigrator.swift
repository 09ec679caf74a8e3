import Ledger

/// Makes the tables of a ledger, or brings them up to this build, for servers whose role may not.
public enum PostgresMigrator {
    /// Brings a database up to this build's schema, and gives runtime roles what a server needs.
    ///
    /// Servers go on meanwhile: no lock is waited for by more than two seconds, at most eleven times. Blocks its thread.
    ///
    /// - Parameters:
    ///   - settings: with the address of a role that may make and alter the tables.
    ///   - role: the role of servers; those that were given rights before get what is new in any case.
    ///   - tell: is told, in a line each, what was done.
    /// - Throws: a failure that says what is wrong; a step that failed leaves nothing behind, and the command may be repeated.
    public static func run(
        _ settings: PostgresSettings,
        runtimeRole role: String?,
        tell: (String) -> Void
    ) throws(LedgerFailure) {
        let connection = try PostgresConnection(settings, .migrate)
        let standing = try PostgresStanding(connection)
        let rights = try PostgresRights(connection)
        switch standing {
        case .newer, .foreign: try standing.requireCurrent()
        case .empty, .older, .current:
            guard rights.mayAlter else {
                throw PostgresStanding.unsuitable(
                    "the role \(rights.role) may not alter the tables: give the address of the database's owner"
                )
            }
        }
        if standing != .current { try PostgresMigration.run(settings, tell: tell) }
        var roles = try PostgresGrants.roles(connection)
        if let role, !roles.contains(role) { roles.append(role) }
        for role in roles { try PostgresGrants.give(to: role, connection, tell: tell) }
    }
}
