import Trading

/// A product, with the columns for lists and searches.
///
/// A class, so that a row is passed through a batch by reference.
public final class ProductRow: LedgerRow {
    /// `products`, by SKU.
    public static let schema = TableSchema(
        "products",
        key: [.text("sku")],
        [
            .flag("active"), .text("product_group").orNull, .text("name"), .text("words"), .bytes("document"),
            .text("codes").added(with: "''"), .integer("fold").added(with: "0"),
        ],
        layout: .apart,
        indexes: [
            TableIndex("products_by_group", on: "product_group", "sku", where: "product_group IS NOT NULL"),
            TableIndex("products_to_fold", on: "sku", where: "fold < 1"),
        ]
    )
    /// The document alone.
    public static let selection = schema.documentPart

    /// The product.
    public let product: Product
    /// Its JSON.
    public let document: [UInt8]

    /// The texts of the command that makes it, which need not be folded again.
    private weak let folded: FoldedTexts?

    /// The row of a product.
    public convenience init(_ product: Product) { self.init(product, folded: nil) }

    init(_ product: Product, folded: FoldedTexts?) {
        self.product = product
        self.folded = folded
        document = product.document
    }

    /// Its SKU.
    public var key: SKU { product.sku }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(product.sku.description)
        columns.flag(product.active)
        columns.text(product.group)
        columns.text(SearchFold.index([product.name]))
        columns.text(SearchFold.index(texts, folded))
        columns.bytes(document)
        columns.text(SearchFold.index([product.sku.description]))
        columns.integer(SearchFold.version)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let document = columns.bytes(), let product = Product(document: document) else { return nil }
        self.product = product
        self.document = document
        folded = nil
    }

    /// The searched texts besides SKU and name.
    private var texts: [String] {
        [product.description] + product.categories + product.options.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// The rest of a deleted product: its last version, so that a new product of that SKU continues from it and no entity tag is used
/// twice.
public struct DeletedProductRow: LedgerRow {
    /// `deleted_products`, by SKU.
    public static let schema = TableSchema(
        "deleted_products",
        key: [.text("sku")],
        [.integer("version")]
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
public struct GroupRow: DocumentRow {
    /// `product_groups`, by code.
    public static let schema = TableSchema("product_groups", key: [.text("code")], [.bytes("document")])

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
        columns.bytes(group.document)
    }
}
