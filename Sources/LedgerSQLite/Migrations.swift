// The schema's history: named steps that are only ever added. Each runs in its own transaction; a step first expands, and
// superfluous parts are dropped a release later. A file with a step that this release does not know is newer, and is refused.

import Ledger

/// One step of the schema's history.
struct Migration {
    let name: String
    let sql: String
}

extension Migration {
    /// Every step in order, never changed once released.
    static let all: [Migration] = [
        Migration(
            name: "0001 trading core",
            sql: """
                CREATE TABLE products (
                    sku TEXT PRIMARY KEY, active INTEGER NOT NULL, product_group TEXT, name TEXT NOT NULL,
                    words TEXT NOT NULL, document BLOB NOT NULL);
                CREATE INDEX products_by_group ON products (product_group, sku) WHERE product_group IS NOT NULL;
                CREATE VIRTUAL TABLE product_search USING fts5 (
                    sku, name, words, content = 'products', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
                CREATE TRIGGER products_found AFTER INSERT ON products BEGIN
                    INSERT INTO product_search (rowid, sku, name, words)
                    VALUES (new.rowid, new.sku, new.name, new.words);
                END;
                CREATE TRIGGER products_lost AFTER DELETE ON products BEGIN
                    INSERT INTO product_search (product_search, rowid, sku, name, words)
                    VALUES ('delete', old.rowid, old.sku, old.name, old.words);
                END;
                CREATE TRIGGER products_refound AFTER UPDATE OF name, words ON products BEGIN
                    INSERT INTO product_search (product_search, rowid, sku, name, words)
                    VALUES ('delete', old.rowid, old.sku, old.name, old.words);
                    INSERT INTO product_search (rowid, sku, name, words)
                    VALUES (new.rowid, new.sku, new.name, new.words);
                END;
                CREATE TABLE product_groups (code TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE locations (name TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE stock (
                    sku TEXT NOT NULL, location TEXT NOT NULL,
                    on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL, last_movement INTEGER NOT NULL,
                    PRIMARY KEY (sku, location),
                    CHECK (reserved >= 0), CHECK (on_hand >= reserved)) WITHOUT ROWID;
                CREATE TABLE movements (
                    id INTEGER PRIMARY KEY, sku TEXT NOT NULL, location TEXT NOT NULL, kind INTEGER NOT NULL,
                    quantity INTEGER NOT NULL, on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL,
                    previous INTEGER NOT NULL, at INTEGER NOT NULL, reference BLOB, reason TEXT);
                CREATE TABLE orders (
                    id BLOB PRIMARY KEY, state INTEGER NOT NULL, customer BLOB, document BLOB NOT NULL);
                CREATE INDEX orders_by_state ON orders (state, id);
                CREATE INDEX orders_by_customer ON orders (customer, id) WHERE customer IS NOT NULL;
                CREATE TABLE carts (id BLOB PRIMARY KEY, expires_at INTEGER NOT NULL, document BLOB NOT NULL);
                CREATE TABLE returns (id BLOB PRIMARY KEY, order_id BLOB NOT NULL, document BLOB NOT NULL);
                CREATE INDEX returns_by_order ON returns (order_id, id);
                CREATE TABLE credits (
                    id BLOB PRIMARY KEY, kind INTEGER NOT NULL, customer BLOB, order_id BLOB,
                    document BLOB NOT NULL);
                CREATE INDEX credits_by_customer ON credits (customer, id) WHERE customer IS NOT NULL;
                CREATE INDEX credits_by_order ON credits (order_id, id) WHERE order_id IS NOT NULL;
                CREATE TABLE customers (id BLOB PRIMARY KEY, email TEXT, reference TEXT, document BLOB NOT NULL);
                CREATE INDEX customers_by_email ON customers (email, id) WHERE email IS NOT NULL;
                CREATE INDEX customers_by_reference ON customers (reference, id) WHERE reference IS NOT NULL;
                CREATE TABLE customer_emails (email TEXT PRIMARY KEY, customer BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE events (
                    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type INTEGER NOT NULL, subject TEXT NOT NULL,
                    data BLOB NOT NULL);
                CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE idempotency (
                    key BLOB PRIMARY KEY, fingerprint INTEGER NOT NULL, at INTEGER NOT NULL,
                    receipt BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE tasks (
                    kind INTEGER NOT NULL, subject BLOB NOT NULL, due INTEGER NOT NULL, epoch INTEGER NOT NULL,
                    PRIMARY KEY (kind, subject)) WITHOUT ROWID;
                CREATE INDEX tasks_by_due ON tasks (due);
                CREATE TABLE leases (
                    name TEXT PRIMARY KEY, holder TEXT NOT NULL, epoch INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE api_keys (
                    id BLOB PRIMARY KEY, digest BLOB NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
                    created_at INTEGER NOT NULL, revoked_at INTEGER) WITHOUT ROWID;
                CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
                """
        ),
        // The end of a reservation becomes a column of the order; as a task it took two more inserts for each order.
        Migration(
            name: "0002 reservations as a column",
            sql: """
                ALTER TABLE orders ADD COLUMN reserved_until INTEGER;
                UPDATE orders SET reserved_until = (
                    SELECT CAST(strftime('%s', until) AS INTEGER) * 1000 + CAST(substr(until, 21, 3) AS INTEGER)
                    FROM (SELECT json_extract(CAST(document AS TEXT), '$.reservedUntil') AS until))
                WHERE state = 1;
                CREATE INDEX orders_by_reservation ON orders (reserved_until) WHERE reserved_until IS NOT NULL;
                DELETE FROM tasks WHERE kind = 1;
                """
        ),
        Migration(
            name: "0010 payments and books",
            sql: """
                CREATE TABLE payments (
                    id BLOB PRIMARY KEY, state INTEGER NOT NULL, provider TEXT, reference TEXT, token TEXT,
                    due INTEGER, epoch INTEGER NOT NULL, document BLOB NOT NULL);
                CREATE INDEX payments_by_state ON payments (state, id);
                CREATE INDEX payments_by_due ON payments (provider, due) WHERE due IS NOT NULL;
                CREATE INDEX payments_by_reference ON payments (provider, reference) WHERE reference IS NOT NULL;
                CREATE TABLE journal (
                    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL, order_id BLOB,
                    payment BLOB, note TEXT, postings BLOB NOT NULL);
                CREATE INDEX journal_by_order ON journal (order_id, number) WHERE order_id IS NOT NULL;
                CREATE TABLE balances (
                    account INTEGER NOT NULL, provider TEXT NOT NULL, currency TEXT NOT NULL,
                    amount INTEGER NOT NULL, PRIMARY KEY (account, provider, currency)) WITHOUT ROWID;
                CREATE TABLE gift_cards (
                    id BLOB PRIMARY KEY, balance INTEGER NOT NULL, document BLOB NOT NULL, CHECK (balance >= 0));
                CREATE TABLE store_credits (
                    customer BLOB NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL, PRIMARY KEY (customer, currency), CHECK (amount >= 0)) WITHOUT ROWID;
                CREATE TABLE inbox (
                    provider TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL,
                    PRIMARY KEY (provider, event)) WITHOUT ROWID;
                """
        ),
        Migration(
            name: "0020 deliveries",
            sql: """
                CREATE TABLE shipments (
                    id BLOB PRIMARY KEY, carrier TEXT NOT NULL, order_id BLOB NOT NULL, state TEXT NOT NULL,
                    late INTEGER NOT NULL, reference TEXT, document BLOB NOT NULL);
                CREATE INDEX shipments_by_order ON shipments (order_id, id);
                CREATE INDEX shipments_by_state ON shipments (state, id);
                CREATE INDEX shipments_by_carrier ON shipments (carrier, id);
                CREATE INDEX shipments_by_reference ON shipments (reference) WHERE reference IS NOT NULL;
                CREATE INDEX shipments_by_lateness ON shipments (late, id);
                CREATE TABLE order_handling (order_id BLOB PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE shipment_labels (shipment BLOB PRIMARY KEY, media_type TEXT NOT NULL, bytes BLOB NOT NULL);
                CREATE TABLE carrier_notices (
                    carrier TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, shipment BLOB,
                    PRIMARY KEY (carrier, event)) WITHOUT ROWID;
                ALTER TABLE returns ADD COLUMN stage TEXT NOT NULL DEFAULT 'inspected';
                CREATE INDEX returns_by_stage ON returns (stage, id);
                """
        ),
        Migration(
            name: "0029 tasks by kind",
            sql: """
                CREATE INDEX tasks_by_kind ON tasks (kind, due);
                DROP INDEX tasks_by_due;
                """
        ),
        Migration(
            name: "0030 webhooks",
            sql: """
                CREATE TABLE webhooks (
                    id BLOB PRIMARY KEY, enabled INTEGER NOT NULL, cursor INTEGER NOT NULL, oldest INTEGER NOT NULL,
                    events TEXT NOT NULL, document BLOB NOT NULL);
                CREATE TABLE webhook_deliveries (
                    endpoint BLOB NOT NULL, number INTEGER NOT NULL, message TEXT NOT NULL, event INTEGER,
                    type TEXT NOT NULL, origin INTEGER NOT NULL, at INTEGER NOT NULL, milliseconds INTEGER NOT NULL,
                    status INTEGER, failure TEXT, wish INTEGER,
                    PRIMARY KEY (endpoint, number)) WITHOUT ROWID;
                """
        ),
        Migration(
            name: "0040 outcomes of requests",
            sql: """
                CREATE TABLE outcome_buckets (
                    start INTEGER NOT NULL, class TEXT NOT NULL, good INTEGER NOT NULL, bad INTEGER NOT NULL,
                    excluded INTEGER NOT NULL, passed INTEGER NOT NULL, failed INTEGER NOT NULL,
                    longest_failure INTEGER NOT NULL, PRIMARY KEY (start, class)) WITHOUT ROWID;
                """
        ),
        Migration(
            name: "0041 orders of probers",
            sql: "ALTER TABLE orders ADD COLUMN probe INTEGER NOT NULL DEFAULT 0"
        ),
        Migration(
            name: "0042 late arrivals",
            sql: """
                ALTER TABLE shipments ADD COLUMN arrived_late INTEGER NOT NULL DEFAULT 0;
                CREATE INDEX shipments_by_late_arrival ON shipments (id) WHERE arrived_late = 1;
                CREATE TABLE arrivals (
                    carrier TEXT NOT NULL, span INTEGER NOT NULL, count INTEGER NOT NULL,
                    PRIMARY KEY (carrier, span)) WITHOUT ROWID;
                """
        ),
        // Keys of customers were stored as written. Of two customers with one address the one with the normal form keeps it; the
        // other is found by it too, and keeps its record.
        Migration(
            name: "0043 one form of text",
            sql: """
                UPDATE OR IGNORE customer_emails SET email = email_key(email) WHERE email <> email_key(email);
                DELETE FROM customer_emails WHERE email <> email_key(email);
                UPDATE customers SET email = email_key(email) WHERE email <> email_key(email);
                UPDATE customers SET reference = normal_form(reference) WHERE reference <> normal_form(reference);
                """
        ),
        Migration(
            name: "0044 units held unpaid",
            sql: """
                ALTER TABLE orders ADD COLUMN address INTEGER;
                ALTER TABLE orders ADD COLUMN buyer INTEGER;
                CREATE TABLE unpaid_units (digest INTEGER PRIMARY KEY, units INTEGER NOT NULL, CHECK (units > 0));
                """
        ),
        // Reasons of returns are stored with the returns, where erasure finds them.
        Migration(
            name: "0045 personal data",
            sql: """
                ALTER TABLE idempotency ADD COLUMN person BLOB;
                ALTER TABLE idempotency ADD COLUMN erased BLOB;
                CREATE INDEX idempotency_by_person ON idempotency (person, key) WHERE person IS NOT NULL;
                ALTER TABLE carts ADD COLUMN customer TEXT;
                UPDATE carts SET customer = json_extract(CAST(document AS TEXT), '$.customer');
                CREATE INDEX carts_by_customer ON carts (customer, id) WHERE customer IS NOT NULL;
                UPDATE movements SET reason = NULL WHERE reference IS NOT NULL AND kind IN (5, 7);
                """
        ),
        Migration(
            name: "0046 doings of probers",
            sql: """
                ALTER TABLE events ADD COLUMN probe INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE payments ADD COLUMN probe INTEGER NOT NULL DEFAULT 0;
                """
        ),
        // The words of a product are folded and cut by SearchFold, so SQLite only splits them at blanks. Older rows are found as
        // far as possible until SearchRefold has folded them.
        Migration(
            name: "0050 search in every script",
            sql: """
                ALTER TABLE products ADD COLUMN codes TEXT NOT NULL DEFAULT '';
                ALTER TABLE products ADD COLUMN fold INTEGER NOT NULL DEFAULT 0;
                DROP TRIGGER products_found;
                DROP TRIGGER products_lost;
                DROP TRIGGER products_refound;
                DROP TABLE product_search;
                CREATE VIRTUAL TABLE product_search USING fts5 (
                    codes, name, words, content = 'products', tokenize = 'ascii', prefix = '2 3');
                INSERT INTO product_search (product_search) VALUES ('rebuild');
                CREATE TRIGGER products_found AFTER INSERT ON products BEGIN
                    INSERT INTO product_search (rowid, codes, name, words)
                    VALUES (new.rowid, new.codes, new.name, new.words);
                END;
                CREATE TRIGGER products_lost AFTER DELETE ON products BEGIN
                    INSERT INTO product_search (product_search, rowid, codes, name, words)
                    VALUES ('delete', old.rowid, old.codes, old.name, old.words);
                END;
                CREATE TRIGGER products_refound AFTER UPDATE OF codes, name, words ON products BEGIN
                    INSERT INTO product_search (product_search, rowid, codes, name, words)
                    VALUES ('delete', old.rowid, old.codes, old.name, old.words);
                    INSERT INTO product_search (rowid, codes, name, words)
                    VALUES (new.rowid, new.codes, new.name, new.words);
                END;
                CREATE INDEX products_to_fold ON products (sku) WHERE fold < 1;
                """
        ),
        Migration(
            name: "0051 deleted products",
            sql: "CREATE TABLE deleted_products (sku TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID"
        ),
        Migration(
            name: "0052 orders by e-mail and reference",
            sql: """
                ALTER TABLE orders ADD COLUMN email TEXT;
                ALTER TABLE orders ADD COLUMN reference TEXT;
                UPDATE orders SET email = email_key(mail), reference = normal_form(named) FROM (
                    SELECT id AS which, json_extract(CAST(document AS TEXT), '$.customer.email') AS mail,
                        json_extract(CAST(document AS TEXT), '$.reference') AS named FROM orders)
                WHERE id = which AND (mail IS NOT NULL OR named IS NOT NULL);
                CREATE INDEX orders_by_email ON orders (email, id) WHERE email IS NOT NULL;
                CREATE INDEX orders_by_reference ON orders (reference, id) WHERE reference IS NOT NULL;
                """
        ),
        // Documents are answered as stored. Older parcels did not say whether they arrived late.
        Migration(
            name: "0053 late arrivals said",
            sql: """
                UPDATE shipments
                SET document = CAST(json_set(CAST(document AS TEXT), '$.arrivedLate', json(iif(arrived_late, 'true', 'false'))) AS BLOB)
                WHERE json_type(CAST(document AS TEXT), '$.arrivedLate') IS NULL
                """
        ),
        // The part of store credit that paid for orders and was not refunded: a grant leaves room for it.
        Migration(
            name: "0054 store credit that may come back",
            sql: """
                ALTER TABLE store_credits ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
                UPDATE store_credits SET spent = max(0, taken) FROM (
                    SELECT json_extract(text, '$.customer') AS whose, json_extract(text, '$.amount.currency') AS counted,
                        sum(coalesce(json_extract(text, '$.captured.amount'), 0)
                            - coalesce(json_extract(text, '$.refunded.amount'), 0)) AS taken
                    FROM (SELECT CAST(document AS TEXT) AS text FROM payments)
                    WHERE whose IS NOT NULL GROUP BY whose, counted)
                WHERE whose = 'cus_' || lower(hex(customer)) AND counted = currency;
                """
        ),
        // Keys of addresses were in lower case only, which distinguishes some equal letters. Of two customers with the same key,
        // one keeps it; the other is found by it too, and keeps its record.
        Migration(
            name: "0055 folded addresses",
            sql: """
                UPDATE OR IGNORE customer_emails SET email = email_key(email) WHERE email <> email_key(email);
                DELETE FROM customer_emails WHERE email <> email_key(email);
                UPDATE customers SET email = email_key(email) WHERE email <> email_key(email);
                UPDATE orders SET email = email_key(email) WHERE email <> email_key(email);
                """
        ),
        .balances,
        Migration(
            name: "0057 turns",
            sql: """
                CREATE TABLE turns (writer BLOB PRIMARY KEY, number INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
                CREATE UNIQUE INDEX turns_by_number ON turns (number);
                """
        ),
        // Replicas of the release before write no lane: their tasks get the empty one, which every carrier's worker scans for its own.
        Migration(
            name: "0058 lanes of tasks",
            sql: """
                ALTER TABLE tasks ADD COLUMN lane TEXT DEFAULT '';
                UPDATE tasks SET lane = iif(kind IN (20, 21, 22, 23),
                    ifnull((SELECT carrier FROM shipments WHERE id = subject), ''), NULL);
                CREATE INDEX tasks_by_lane ON tasks (kind, lane, due) WHERE lane IS NOT NULL;
                """
        ),
        Migration(
            name: "0059 restores",
            sql: """
                CREATE TABLE restores (epoch INTEGER PRIMARY KEY, id BLOB NOT NULL, document BLOB NOT NULL) WITHOUT ROWID;
                CREATE UNIQUE INDEX restores_by_id ON restores (id);
                ALTER TABLE events ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
                """
        ),
        Migration(
            name: "0060 archive",
            sql: """
                CREATE TABLE archive_files (number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL,
                    size INTEGER NOT NULL, orders INTEGER NOT NULL, added INTEGER NOT NULL, live INTEGER NOT NULL,
                    at INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE archived_orders (id BLOB PRIMARY KEY, file INTEGER NOT NULL) WITHOUT ROWID;
                """
        ),
        Migration(
            name: "0061 recovered parcels",
            sql: """
                CREATE TABLE recovered_parcels (epoch INTEGER NOT NULL, carrier TEXT NOT NULL, reference TEXT NOT NULL,
                    shipment BLOB NOT NULL, order_id BLOB, state TEXT NOT NULL, reason TEXT,
                    PRIMARY KEY (epoch, carrier, reference)) WITHOUT ROWID;
                """
        ),
        Migration(
            name: "0062 references of archived orders",
            sql: """
                ALTER TABLE archived_orders ADD COLUMN reference TEXT;
                CREATE INDEX archived_orders_by_reference ON archived_orders (reference, id) WHERE reference IS NOT NULL;
                """
        ),
    ]

    /// Whether a file has this release's schema.
    ///
    /// Only reads, so that a file can be opened at any time while other processes write to it.
    static func isCurrent(_ connection: SQLiteConnection) throws(LedgerFailure) -> Bool {
        let history = "SELECT 1 FROM sqlite_schema WHERE name = 'migrations'"
        guard try connection.integer(history, phase: .begin) != nil else { return false }
        try refuseNewer(than: all, on: connection)
        let applied = try connection.integer("SELECT count(*) FROM migrations", phase: .begin) ?? 0
        return applied == Int64(all.count)
    }

    /// Brings a file up to this release's schema.
    ///
    /// - Throws: a failure for a newer file, or of the store; a failed step leaves nothing behind and may be tried again.
    static func run(_ migrations: [Migration] = all, on connection: SQLiteConnection) throws(LedgerFailure) {
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) WITHOUT ROWID",
            phase: .begin
        )
        for migration in migrations {
            try connection.execute("BEGIN IMMEDIATE", phase: .begin)
            do throws(LedgerFailure) {
                try refuseNewer(than: migrations, on: connection)
                if try !isApplied(migration, on: connection) {
                    try connection.addTextFunctions()
                    try connection.execute(migration.sql, phase: .begin)
                    try connection.execute(
                        "INSERT INTO migrations VALUES ('\(migration.name)', unixepoch())",
                        phase: .begin
                    )
                }
                try connection.execute("COMMIT", phase: .begin)
            } catch {
                if connection.isInTransaction {
                    // The first failure is reported; a rollback that fails too does not change it.
                    _ = try? connection.execute("ROLLBACK", phase: .begin)
                }
                throw error
            }
        }
    }

    private static func isApplied(_ migration: Migration, on connection: SQLiteConnection) throws(LedgerFailure) -> Bool
    {
        try connection.integer("SELECT 1 FROM migrations WHERE name = '\(migration.name)'", phase: .begin) != nil
    }

    private static func refuseNewer(
        than migrations: [Migration],
        on connection: SQLiteConnection
    ) throws(LedgerFailure) {
        let known = migrations.map { "'\($0.name)'" }.joined(separator: ", ")
        let unknown = "SELECT name FROM migrations WHERE name NOT IN (\(known)) ORDER BY name DESC LIMIT 1"
        if let name = try connection.text(unknown, phase: .begin) {
            throw LedgerFailure(
                .corrupt,
                phase: .begin,
                retry: .never,
                detail: "the database is newer than this build: it has the migration \"\(name)\"; use a newer build"
            )
        }
    }
}
