import JSON
import Trading

extension Customer: ListedDocument {
    /// The customer itself.
    public var person: Bits128? { id.bits }

    package static var blank: Customer { Customer(id: .blank, email: nil, createdAt: .blank, updatedAt: .blank) }

    /// The customer as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.personal("email", &email, .example("ann@example.com", "Missing once the data was erased."))
        try visit.personal("name", &name, .example("Ann Lee"))
        try visit.personal("phone", &phone, .example("+44 113 496 0000"))
        try visit.personal("reference", &reference, .example("crm-77"))
        try visit.personal("addresses", &addresses)
        try visit.personal("metadata", &metadata)
        try visit.member("erasedAt", &erasedAt, "When the personal data was erased.")
        try visit.member("createdAt", &createdAt)
        try visit.member("updatedAt", &updatedAt)
        try visit.member("version", &version, .version)
    }
}
