import Ledger

/// How products are found: their words are folded and cut by the ledger, so PostgreSQL only keeps and compares them.
enum PostgresSearch {
    /// The tokens of a product, as they are indexed.
    static let tokens = """
        array_to_tsvector(array_remove(string_to_array(codes || ' ' || name || ' ' || words, ' '), ''))
        """
}

extension SearchQuery {
    /// The query in PostgreSQL's syntax: each token is the start of a word.
    ///
    /// Source: postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY.
    var tsquery: String {
        terms.map { spellings in
            let choices = spellings.map { spelling in
                "(" + spelling.map { "\(Self.quoted($0)):*" }.joined(separator: " & ") + ")"
            }
            return "(" + choices.joined(separator: " | ") + ")"
        }.joined(separator: " & ")
    }

    private static func quoted(_ token: String) -> String {
        "'" + token.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
    }
}
