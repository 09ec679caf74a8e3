import JSON
import Trading

extension Product: ListedDocument {
    package static var blank: Product {
        Product(sku: .blank, name: "", prices: [])
    }

    /// The product as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("sku", &sku)
        try visit.member("name", &name, .example("WHITE HANGING HEART T-LIGHT HOLDER"))
        try visit.member("description", &description, .example(""))
        try visit.member("group", &group, .example("HEARTS", "The group whose variant it is."))
        try visit.member("options", &options)
        try visit.member("categories", &categories, .list(of: .example("lighting")))
        try visit.member("prices", &prices)
        try visit.member("active", &active, .example(true))
        try visit.member("tracked", &tracked, .example(true))
        try visit.member("grams", &grams, .integer(from: 0, example: 340, "What one unit weighs, packed, in grams."))
        try visit.member("metadata", &metadata)
        try visit.member("version", &version, .version)
        try visit.member("createdAt", &createdAt)
        try visit.member("updatedAt", &updatedAt)
    }
}

extension ProductGroup: ListedDocument {
    package static var blank: ProductGroup { ProductGroup(code: "", name: "") }

    /// The group as the API answers it, without its variants.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("code", &code, .example("HEARTS"))
        try visit.member("name", &name, .example("Hanging hearts"))
        try visit.member("description", &description, .example(""))
        try visit.member("options", &options, .list(of: .example("colour")))
        try visit.member("metadata", &metadata)
        try visit.member("version", &version, .version)
    }
}

extension Location: ListedDocument {
    package static var blank: Location { Location(code: "", name: "") }

    /// The location as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("code", &code, .example("north"))
        try visit.member("name", &name, .example("Warehouse north"))
        try visit.member("priority", &priority, .integer(example: 10))
        try visit.member("active", &active, .example(true))
        try visit.member("version", &version, .integer(from: 0, example: 1, "Counts the changes."))
    }
}
