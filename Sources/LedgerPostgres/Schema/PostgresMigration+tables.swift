extension PostgresMigration {
    /// All tables, as SQLite's history had left them at the step of this name.
    ///
    /// Pages of rows that change often have room for their next versions, so that a change touches no index.
    static let tables = PostgresMigration(
        name: "0062 references of archived orders",
        sql: """
            CREATE TABLE products (sku text COLLATE "C" PRIMARY KEY, active smallint NOT NULL, product_group text
                COLLATE "C", name text COLLATE "C" NOT NULL, words text COLLATE "C" NOT NULL, document bytea NOT NULL,
                codes text COLLATE "C" NOT NULL DEFAULT '', fold bigint NOT NULL DEFAULT 0);
            CREATE INDEX products_by_group ON products (product_group, sku) WHERE product_group IS NOT NULL;
            CREATE INDEX products_to_fold ON products (sku) WHERE fold < 1;
            CREATE TABLE deleted_products (sku text COLLATE "C" PRIMARY KEY, version bigint NOT NULL);
            CREATE TABLE product_groups (code text COLLATE "C" PRIMARY KEY, document bytea NOT NULL);
            CREATE TABLE locations (name text COLLATE "C" PRIMARY KEY, document bytea NOT NULL);
            CREATE TABLE stock (sku text COLLATE "C" NOT NULL, location text COLLATE "C" NOT NULL, on_hand bigint NOT
                NULL, reserved bigint NOT NULL, last_movement bigint NOT NULL, PRIMARY KEY (sku, location), CHECK
                (reserved >= 0), CHECK (on_hand >= reserved)) WITH (fillfactor = 50);
            CREATE TABLE movements (id bigint PRIMARY KEY, sku text COLLATE "C" NOT NULL, location text COLLATE "C"
                NOT NULL, kind bigint NOT NULL, quantity bigint NOT NULL, on_hand bigint NOT NULL, reserved bigint NOT
                NULL, previous bigint NOT NULL, at bigint NOT NULL, reference bytea, reason text COLLATE "C");
            CREATE TABLE orders (id bytea PRIMARY KEY, state bigint NOT NULL, customer bytea, document bytea NOT NULL,
                reserved_until bigint, probe smallint NOT NULL DEFAULT 0, address bigint, buyer bigint, email text
                COLLATE "C", reference text COLLATE "C", balance bigint) WITH (fillfactor = 85);
            CREATE INDEX orders_by_state ON orders (state, id);
            CREATE INDEX orders_by_customer ON orders (customer, id) WHERE customer IS NOT NULL;
            CREATE INDEX orders_by_reservation ON orders (reserved_until) WHERE reserved_until IS NOT NULL;
            CREATE INDEX orders_by_email ON orders (email, id) WHERE email IS NOT NULL;
            CREATE INDEX orders_by_reference ON orders (reference, id) WHERE reference IS NOT NULL;
            CREATE INDEX orders_by_balance ON orders (balance, id) WHERE balance IS NOT NULL;
            CREATE TABLE unpaid_units (digest bigint PRIMARY KEY, units bigint NOT NULL, CHECK (units > 0)) WITH
                (fillfactor = 70);
            CREATE TABLE carts (id bytea PRIMARY KEY, expires_at bigint NOT NULL, document bytea NOT NULL, customer
                text COLLATE "C") WITH (fillfactor = 85);
            CREATE INDEX carts_by_customer ON carts (customer, id) WHERE customer IS NOT NULL;
            CREATE TABLE payments (id bytea PRIMARY KEY, state bigint NOT NULL, provider text COLLATE "C", reference
                text COLLATE "C", token text COLLATE "C", due bigint, epoch bigint NOT NULL, document bytea NOT NULL,
                probe smallint NOT NULL DEFAULT 0) WITH (fillfactor = 85);
            CREATE INDEX payments_by_state ON payments (state, id);
            CREATE INDEX payments_by_due ON payments (provider, due) WHERE due IS NOT NULL;
            CREATE INDEX payments_by_reference ON payments (provider, reference) WHERE reference IS NOT NULL;
            CREATE TABLE inbox (provider text COLLATE "C" NOT NULL, event text COLLATE "C" NOT NULL, at bigint NOT
                NULL, PRIMARY KEY (provider, event));
            CREATE TABLE gift_cards (id bytea PRIMARY KEY, balance bigint NOT NULL, document bytea NOT NULL, CHECK
                (balance >= 0));
            CREATE TABLE store_credits (customer bytea NOT NULL, currency text COLLATE "C" NOT NULL, amount bigint NOT
                NULL, updated_at bigint NOT NULL, spent bigint NOT NULL DEFAULT 0, PRIMARY KEY (customer, currency),
                CHECK (amount >= 0));
            CREATE TABLE journal (number bigint PRIMARY KEY, at bigint NOT NULL, kind bigint NOT NULL, order_id bytea,
                payment bytea, note text COLLATE "C", postings bytea NOT NULL);
            CREATE INDEX journal_by_order ON journal (order_id, number) WHERE order_id IS NOT NULL;
            CREATE TABLE balances (account bigint NOT NULL, provider text COLLATE "C" NOT NULL, currency text COLLATE
                "C" NOT NULL, amount bigint NOT NULL, PRIMARY KEY (account, provider, currency)) WITH (fillfactor =
                50);
            CREATE TABLE credits (id bytea PRIMARY KEY, kind bigint NOT NULL, customer bytea, order_id bytea, document
                bytea NOT NULL);
            CREATE INDEX credits_by_customer ON credits (customer, id) WHERE customer IS NOT NULL;
            CREATE INDEX credits_by_order ON credits (order_id, id) WHERE order_id IS NOT NULL;
            CREATE TABLE shipments (id bytea PRIMARY KEY, carrier text COLLATE "C" NOT NULL, order_id bytea NOT NULL,
                state text COLLATE "C" NOT NULL, late smallint NOT NULL, reference text COLLATE "C", document bytea
                NOT NULL, arrived_late smallint NOT NULL DEFAULT 0);
            CREATE INDEX shipments_by_order ON shipments (order_id, id);
            CREATE INDEX shipments_by_state ON shipments (state, id);
            CREATE INDEX shipments_by_carrier ON shipments (carrier, id);
            CREATE INDEX shipments_by_reference ON shipments (reference) WHERE reference IS NOT NULL;
            CREATE INDEX shipments_by_lateness ON shipments (late, id);
            CREATE INDEX shipments_by_late_arrival ON shipments (id) WHERE arrived_late = 1;
            CREATE TABLE order_handling (order_id bytea PRIMARY KEY, document bytea NOT NULL);
            CREATE TABLE shipment_labels (shipment bytea PRIMARY KEY, media_type text COLLATE "C" NOT NULL, bytes
                bytea NOT NULL);
            CREATE TABLE carrier_notices (carrier text COLLATE "C" NOT NULL, event text COLLATE "C" NOT NULL, at
                bigint NOT NULL, type text COLLATE "C" NOT NULL, shipment bytea, PRIMARY KEY (carrier, event));
            CREATE TABLE arrivals (carrier text COLLATE "C" NOT NULL, span bigint NOT NULL, count bigint NOT NULL,
                PRIMARY KEY (carrier, span));
            CREATE TABLE returns (id bytea PRIMARY KEY, order_id bytea NOT NULL, document bytea NOT NULL, stage text
                COLLATE "C" NOT NULL DEFAULT 'inspected');
            CREATE INDEX returns_by_order ON returns (order_id, id);
            CREATE INDEX returns_by_stage ON returns (stage, id);
            CREATE TABLE archive_files (number bigint PRIMARY KEY, name text COLLATE "C" NOT NULL, digest bytea NOT
                NULL, size bigint NOT NULL, orders bigint NOT NULL, added bigint NOT NULL, live bigint NOT NULL, at
                bigint NOT NULL);
            CREATE TABLE archived_orders (id bytea PRIMARY KEY, file bigint NOT NULL, reference text COLLATE "C");
            CREATE INDEX archived_orders_by_reference ON archived_orders (reference, id) WHERE reference IS NOT NULL;
            CREATE TABLE recovered_parcels (epoch bigint NOT NULL, carrier text COLLATE "C" NOT NULL, reference text
                COLLATE "C" NOT NULL, shipment bytea NOT NULL, order_id bytea, state text COLLATE "C" NOT NULL, reason
                text COLLATE "C", PRIMARY KEY (epoch, carrier, reference));
            CREATE TABLE customers (id bytea PRIMARY KEY, email text COLLATE "C", reference text COLLATE "C", document
                bytea NOT NULL);
            CREATE INDEX customers_by_email ON customers (email, id) WHERE email IS NOT NULL;
            CREATE INDEX customers_by_reference ON customers (reference, id) WHERE reference IS NOT NULL;
            CREATE TABLE customer_emails (email text COLLATE "C" PRIMARY KEY, customer bytea NOT NULL);
            CREATE TABLE events (seq bigint PRIMARY KEY, at bigint NOT NULL, type bigint NOT NULL, subject text
                COLLATE "C" NOT NULL, data bytea NOT NULL, probe smallint NOT NULL DEFAULT 0, epoch bigint NOT NULL
                DEFAULT 0);
            CREATE TABLE webhooks (id bytea PRIMARY KEY, enabled smallint NOT NULL, cursor bigint NOT NULL, oldest
                bigint NOT NULL, events text COLLATE "C" NOT NULL, document bytea NOT NULL);
            CREATE TABLE webhook_deliveries (endpoint bytea NOT NULL, number bigint NOT NULL, message text COLLATE "C"
                NOT NULL, event bigint, type text COLLATE "C" NOT NULL, origin bigint NOT NULL, at bigint NOT NULL,
                milliseconds bigint NOT NULL, status bigint, failure text COLLATE "C", wish bigint, PRIMARY KEY
                (endpoint, number));
            CREATE TABLE idempotency (key bytea PRIMARY KEY, fingerprint bigint NOT NULL, at bigint NOT NULL, receipt
                bytea NOT NULL, person bytea, erased bytea);
            CREATE INDEX idempotency_by_person ON idempotency (person, key) WHERE person IS NOT NULL;
            CREATE TABLE outcome_buckets (start bigint NOT NULL, class text COLLATE "C" NOT NULL, good bigint NOT
                NULL, bad bigint NOT NULL, excluded bigint NOT NULL, passed bigint NOT NULL, failed bigint NOT NULL,
                longest_failure bigint NOT NULL, PRIMARY KEY (start, class));
            CREATE TABLE tasks (kind bigint NOT NULL, subject bytea NOT NULL, due bigint NOT NULL, epoch bigint NOT
                NULL, lane text COLLATE "C" DEFAULT '', PRIMARY KEY (kind, subject));
            CREATE INDEX tasks_by_kind ON tasks (kind, due);
            CREATE INDEX tasks_by_lane ON tasks (kind, lane, due) WHERE lane IS NOT NULL;
            CREATE TABLE leases (name text COLLATE "C" PRIMARY KEY, holder text COLLATE "C" NOT NULL, epoch bigint NOT
                NULL, expires_at bigint NOT NULL);
            CREATE TABLE api_keys (id bytea PRIMARY KEY, digest bytea NOT NULL, name text COLLATE "C" NOT NULL, scopes
                text COLLATE "C" NOT NULL, created_at bigint NOT NULL, revoked_at bigint);
            CREATE TABLE settings (name text COLLATE "C" PRIMARY KEY, value bytea NOT NULL);
            CREATE TABLE counters (name text COLLATE "C" PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 50);
            CREATE TABLE restores (epoch bigint PRIMARY KEY, id bytea NOT NULL, document bytea NOT NULL);
            CREATE UNIQUE INDEX restores_by_id ON restores (id);
            CREATE TABLE turns (writer bytea PRIMARY KEY, number bigint NOT NULL, at bigint NOT NULL) WITH (fillfactor
                = 50);
            CREATE INDEX products_by_words ON products USING gin
                ((array_to_tsvector(array_remove(string_to_array(codes || ' ' || name || ' ' || words, ' '), ''))));
            """
    )
}
