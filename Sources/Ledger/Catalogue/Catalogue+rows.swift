import Trading

/// A product, with the columns by which it is listed and found.
///
/// A class, so that a row on its way through a batch is handed on by reference.
public final class ProductRow: LedgerRow {
    /// `products`, by SKU.
    public static let schema = TableSchema(
        "products",
        key: [Column("sku", .text)],
        [
            Column("active", .integer), Column("product_group", .text), Column("codes", .text), Column("name", .text),
            Column("words", .text), Column("fold", .integer), Column("document", .blob),
        ]
    )

    /// The product.
    public let product: Product
    /// Its JSON.
    public let document: [UInt8]

    /// The row of a product.
    public init(_ product: Product) {
        self.product = product
        document = product.document
    }

    /// Its SKU.
    public var key: SKU { product.sku }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(product.sku.description)
        columns.integer(product.active ? 1 : 0)
        columns.text(product.group)
        columns.text(SearchFold.index(product.sku.description))
        columns.text(SearchFold.index(product.name))
        columns.text(SearchFold.index(words))
        columns.integer(SearchFold.version)
        columns.blob(document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.text()
        _ = columns.integer()
        for _ in ["product_group", "codes", "name", "words"] { _ = columns.text() }
        _ = columns.integer()
        guard let document = columns.blob(), let product = Product(document: document) else { return nil }
        self.product = product
        self.document = document
    }

    /// What a search looks at besides SKU and name.
    private var words: String {
        ([product.description] + product.categories + product.options.sorted { $0.key < $1.key }.map(\.value))
            .joined(separator: " ")
    }
}

/// What is left of a product that was deleted: its last version, so that one of that SKU goes on from there and no tag is ever
/// given twice.
public struct DeletedProductRow: LedgerRow {
    /// `deleted_products`, by SKU.
    public static let schema = TableSchema(
        "deleted_products",
        key: [Column("sku", .text)],
        [Column("version", .integer)]
    )

    /// Its SKU.
    public let key: SKU
    /// Its version when it was deleted.
    public let version: Int64

    init(_ product: Product) {
        key = product.sku
        version = product.version
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(key.description)
        columns.integer(version)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let sku = columns.text(), let version = columns.integer() else { return nil }
        key = SKU(stored: sku)
        self.version = version
    }
}

/// A group of variants.
public struct GroupRow: LedgerRow {
    /// `product_groups`, by code.
    public static let schema = TableSchema("product_groups", key: [Column("code", .text)], [Column("document", .blob)])

    /// The group.
    public let group: ProductGroup

    /// The row of a group.
    public init(_ group: ProductGroup) {
        self.group = group
    }

    /// Its code.
    public var key: String { group.code }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(group.code)
        columns.blob(group.document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.text()
        guard let document = columns.blob(), let group = ProductGroup(document: document) else { return nil }
        self.group = group
    }
}
