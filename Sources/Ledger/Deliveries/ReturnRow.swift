import Trading

/// A return.
public struct ReturnRow: DocumentRow {
    /// `returns`, by id.
    public static let schema = TableSchema(
        "returns",
        key: [.id("id")],
        [.id("order_id"), .bytes("document"), .text("stage").added(with: "'inspected'")],
        layout: .apart,
        indexes: [
            TableIndex("returns_by_order", on: "order_id", "id"), TableIndex("returns_by_stage", on: "stage", "id"),
        ]
    )

    /// The return.
    public let value: Return

    /// The row of a return.
    public init(_ value: Return) {
        self.value = value
    }

    /// Its id.
    public var key: ID<Return> { value.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.id(value.id)
        columns.id(value.order)
        columns.bytes(value.document)
        columns.text(value.stage.rawValue)
    }
}
