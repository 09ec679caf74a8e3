/// Something about a server that is unsafe, and what it may cost.
public struct PostgresAdvice: Hashable, Sendable {
    /// How much depends on it.
    public enum Weight: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Acknowledged orders, or the shop, can be lost.
        case danger
        /// A fault lasts longer, or is noticed later.
        case warning

        /// The graver one first.
        public static func < (lhs: Weight, rhs: Weight) -> Bool { lhs == .danger && rhs == .warning }
    }

    /// Its name, for scripts.
    public let name: String
    /// How much depends on it.
    public let weight: Weight
    /// What is so.
    public let what: String
    /// What would be lost by it.
    public let loss: String
    /// What to do about it.
    public let remedy: String

    /// The most milliseconds by which clocks may differ before certificates, logs and offline machines disagree.
    private static let clockTolerance: Int64 = 1000

    /// What is unsafe, the gravest first; empty where nothing is.
    ///
    /// - Parameter connections: connections that all replicas together need.
    public static func all(_ facts: PostgresFacts, connections: Int) -> [PostgresAdvice] {
        (disk(facts) + replication(facts) + access(facts) + running(facts, connections))
            .enumerated().sorted { ($0.element.weight, $0.offset) < ($1.element.weight, $1.offset) }.map(\.element)
    }

    private static func disk(_ facts: PostgresFacts) -> [PostgresAdvice] {
        var found: [PostgresAdvice] = []
        if !facts.syncs {
            found.append(
                PostgresAdvice(
                    name: "fsync-off",
                    weight: .danger,
                    what: "fsync is off",
                    loss:
                        "when the machine loses power, the last orders are lost, and the whole database may be unreadable",
                    remedy: "set fsync = on"
                )
            )
        }
        if !facts.writesFullPages {
            found.append(
                PostgresAdvice(
                    name: "full-page-writes-off",
                    weight: .danger,
                    what: "full_page_writes is off",
                    loss: "a page that was written in part when the machine lost power stays damaged",
                    remedy: "set full_page_writes = on"
                )
            )
        }
        if !facts.hasChecksums {
            found.append(
                PostgresAdvice(
                    name: "no-checksums",
                    weight: .warning,
                    what: "pages have no checksums",
                    loss: "a page that the disk has changed is answered from as if it were sound",
                    remedy: "stop the server and run pg_checksums --enable"
                )
            )
        }
        if !facts.isArchiving || facts.archiveFails {
            found.append(
                PostgresAdvice(
                    name: facts.isArchiving ? "archiving-fails" : "no-archive",
                    weight: .danger,
                    what: facts.isArchiving
                        ? "the last attempt to archive the log failed"
                        : "the log is not archived (archive_mode, archive_command)",
                    loss:
                        "after a mistake, or the loss of all machines, only the last whole backup is left, if there is one",
                    remedy: "archive the log with a tool such as pgBackRest, and see to what its archive_command says"
                )
            )
        }
        return found
    }

    private static func replication(_ facts: PostgresFacts) -> [PostgresAdvice] {
        var found: [PostgresAdvice] = []
        if facts.synchronousCommit == "off" {
            found.append(
                PostgresAdvice(
                    name: "synchronous-commit-off",
                    weight: .warning,
                    what: "synchronous_commit is off for this role; Tradewind sets it on for itself",
                    loss: "what others write with this role may be lost when the server crashes",
                    remedy: "set synchronous_commit = on"
                )
            )
        }
        if facts.allStandbys == 0 {
            found.append(
                PostgresAdvice(
                    name: "no-standby",
                    weight: .danger,
                    what: "no standby follows the server",
                    loss: "with its machine the shop is lost, or closed until a backup is restored",
                    remedy: "set up a standby on another machine, with Patroni to take over"
                )
            )
        } else if facts.standbyNames.isEmpty {
            found.append(
                PostgresAdvice(
                    name: "asynchronous",
                    weight: .danger,
                    what: "a commit waits for no standby (synchronous_standby_names is empty)",
                    loss:
                        "when the server's machine is lost, the orders of the last moments are lost, although they were acknowledged",
                    remedy: "set synchronous_standby_names = 'ANY 1 (*)', or synchronous_mode with Patroni"
                )
            )
        } else if !facts.seesStandbys {
            found.append(
                PostgresAdvice(
                    name: "hidden",
                    weight: .warning,
                    what: "the role may not see how standbys follow",
                    loss: "what is wrong with them is not told here",
                    remedy: "give postgres.url of a monitoring role, or GRANT pg_read_all_stats to this one"
                )
            )
        } else if facts.synchronousStandbys == 0 {
            found.append(
                PostgresAdvice(
                    name: "no-synchronous-standby",
                    weight: .danger,
                    what: "none of the standbys is one of \(facts.standbyNames)",
                    loss: "no change is acknowledged until one is",
                    remedy: "start a standby with such an application_name"
                )
            )
        }
        return found
    }

    private static func access(_ facts: PostgresFacts) -> [PostgresAdvice] {
        var found: [PostgresAdvice] = []
        if facts.isEncrypted == false {
            found.append(
                PostgresAdvice(
                    name: "no-tls",
                    weight: .warning,
                    what: "the connection is not encrypted",
                    loss: "the network between shop and database can read customers' data, and change it",
                    remedy: "set ssl = on at the server, and say sslmode=verify-full in postgres.url"
                )
            )
        }
        if facts.isSuperuser {
            found.append(
                PostgresAdvice(
                    name: "superuser",
                    weight: .warning,
                    what: "the role is a superuser",
                    loss: "who gets hold of a replica's settings has the whole server, with all of its databases",
                    remedy:
                        "make a role for the shop alone, CREATE ROLE tradewind LOGIN, and run `tradewind migrate-schema --runtime-role tradewind`"
                )
            )
        } else if facts.mayAlter {
            found.append(
                PostgresAdvice(
                    name: "owner",
                    weight: .warning,
                    what: "the role may alter and drop the shop's tables",
                    loss: "so may a mistake in a replica, and who gets hold of its settings",
                    remedy:
                        "give the tables to another role, and run `tradewind migrate-schema --runtime-role ROLE` with its address"
                )
            )
        }
        return found
    }

    private static func running(_ facts: PostgresFacts, _ connections: Int) -> [PostgresAdvice] {
        var found: [PostgresAdvice] = []
        if facts.connectionsMax - facts.connectionsUsed < Int64(connections) {
            found.append(
                PostgresAdvice(
                    name: "few-connections",
                    weight: .warning,
                    what:
                        "\(facts.connectionsUsed) of \(facts.connectionsMax) connections are taken; another replica needs \(connections)",
                    loss: "a replica that starts, or begins anew after a failover, finds no place",
                    remedy: "set max_connections higher, or postgres.readers lower"
                )
            )
        }
        if facts.isolation != "read committed" {
            found.append(
                PostgresAdvice(
                    name: "isolation",
                    weight: .danger,
                    what: "transactions begin with the isolation \(facts.isolation)",
                    loss: "a writer would decide on rows as they were before it had its turn",
                    remedy: "set default_transaction_isolation = 'read committed' for this role"
                )
            )
        }
        if facts.clockAheadMs.magnitude > clockTolerance.magnitude {
            found.append(
                PostgresAdvice(
                    name: "clock",
                    weight: .warning,
                    what: "the server's clock is \(facts.clockAheadMs) ms ahead of this machine's",
                    loss: "times in this machine's log and of its retries do not agree with those of orders",
                    remedy: "run chrony or systemd-timesyncd on both"
                )
            )
        }
        if let schema = facts.schema {
            found.append(
                PostgresAdvice(
                    name: "schema",
                    weight: .warning,
                    what: schema,
                    loss: "this build cannot use the database as it is",
                    remedy:
                        "run `tradewind migrate-schema` with the address of the database's owner, or use a newer build"
                )
            )
        }
        return found
    }
}
