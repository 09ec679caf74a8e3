extension Migration {
    /// The due or owed amount of each order, and the payment states that follow from it.
    ///
    /// The rules are those of orders at the time of this step, in SQL: documents are answered as stored, and an old order that
    /// never changes again would not have them.
    static let balances = Migration(
        name: "0056 orders by what is due or owed",
        sql: """
            ALTER TABLE orders ADD COLUMN balance INTEGER;
            CREATE INDEX orders_by_balance ON orders (balance, id) WHERE balance IS NOT NULL;
            UPDATE orders SET document = CAST(json_set(CAST(document AS TEXT), '$.payment.credited', json_object(
                'amount', given, 'currency', json_extract(CAST(document AS TEXT), '$.currency'))) AS BLOB)
            FROM (SELECT order_id AS which, sum(json_extract(CAST(document AS TEXT), '$.amount.amount')) AS given
                FROM credits WHERE kind IN (1, 2) AND order_id IS NOT NULL GROUP BY order_id)
            WHERE id = which AND given <> 0;
            CREATE TEMP TABLE order_sums AS SELECT id, state, text, authorised, captured, refunded, credited, payable, kept FROM (
                SELECT id, state, text,
                    json_extract(text, '$.payment.current') IS NOT NULL AS tried,
                    ifnull(json_extract(text, '$.payment.authorised.amount'), 0) AS authorised,
                    ifnull(json_extract(text, '$.payment.captured.amount'), 0) AS captured,
                    ifnull(json_extract(text, '$.payment.refunded.amount'), 0) AS refunded,
                    ifnull(json_extract(text, '$.payment.credited.amount'), 0) AS credited,
                    (SELECT sum(json_extract(value, '$.unitPrice.amount') * (json_extract(value, '$.quantity')
                        - ifnull(json_extract(value, '$.cancelled'), 0))) FROM json_each(text, '$.lines')) AS payable,
                    (SELECT sum(json_extract(value, '$.unitPrice.amount') * (json_extract(value, '$.quantity')
                        - ifnull(json_extract(value, '$.cancelled'), 0) - json_extract(value, '$.returned')))
                        FROM json_each(text, '$.lines')) AS kept
                FROM (SELECT id, state, CAST(document AS TEXT) AS text FROM orders)) WHERE tried OR credited <> 0;
            UPDATE orders SET document = CAST(json_set(CAST(document AS TEXT), '$.payment.state', word) AS BLOB)
            FROM (SELECT id AS which, json_extract(text, '$.payment.state') AS said, CASE
                WHEN captured > 0 AND refunded >= captured AND authorised > captured THEN 'partlyPaid'
                WHEN captured > refunded AND captured >= iif(state IN (4, 5), kept, payable) - credited THEN 'paid'
                WHEN authorised > 0 OR state NOT IN (2, 3, 4, 5) THEN NULL
                WHEN payable <= credited THEN 'paid'
                WHEN state IN (4, 5) AND kept > 0 AND json_extract(text, '$.payment.state') = 'void' THEN 'pending'
                END AS word FROM order_sums)
            WHERE id = which AND word <> said;
            UPDATE orders SET balance = iif(rest > 0, 1, -1), document = CAST(json_set(CAST(document AS TEXT),
                iif(rest > 0, '$.payment.due', '$.payment.owed'), json_object(
                'amount', abs(rest), 'currency', json_extract(CAST(document AS TEXT), '$.currency'))) AS BLOB)
            FROM (SELECT which, iif(taken + held < claim, iif(state = 1, 0, claim - taken - held),
                    min(0, iif(claim < 0, claim, max(0, claim - held)) - taken)) AS rest
                FROM (SELECT id AS which, state, captured - refunded AS taken, authorised - captured AS held,
                    iif(state IN (6, 7), 0, kept) - credited AS claim FROM order_sums))
            WHERE id = which AND rest <> 0;
            DROP TABLE order_sums;
            UPDATE payments SET state = 3, document = CAST(json_set(CAST(document AS TEXT), '$.state', 'partlyCaptured') AS BLOB)
            WHERE state = 5 AND json_extract(CAST(document AS TEXT), '$.authorised.amount')
                > json_extract(CAST(document AS TEXT), '$.captured.amount');
            """
    )
}
