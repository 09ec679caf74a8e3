/// A row whose columns all follow from its document, so that only the document is read back.
public protocol DocumentRow: LedgerRow {
    /// What the document is of.
    associatedtype Value: Document
    /// The row of a value.
    init(_ value: Value)
}

extension DocumentRow {
    /// The document alone.
    public static var selection: RowSelection { schema.documentPart }

    /// Reads the document.
    public init?(from columns: inout some ColumnReader) {
        guard let document = columns.bytes(), let value = Value(document: document) else { return nil }
        self.init(value)
    }
}
