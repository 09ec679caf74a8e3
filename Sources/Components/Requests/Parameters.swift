import API
import PlainText

extension Parameter {
    static let sku = Parameter(
        "sku",
        in: .path,
        #"{"type":"string",\#(Bounds.codeRule)}"#,
        "The SKU."
    )
    static let code = Parameter(
        "code",
        in: .path,
        #"{"type":"string",\#(Bounds.codeRule)}"#,
        "The code."
    )
    static let ifMatch = Parameter(
        "If-Match",
        in: .header,
        #"{"type":"string","pattern":"^(\\*|\"[0-9]{1,18}\")$"}"#,
        "The ETag that the thing must still have."
    )
    static let ifNoneMatch = Parameter(
        "If-None-Match",
        in: .header,
        #"{"type":"string"}"#,
        "The ETag that the client has."
    )

    static let limit = Parameter(
        "limit",
        in: .query,
        #"{"type":"integer","minimum":1,"maximum":200,"default":50}"#,
        "Page size."
    )

    /// The cursor of the page.
    static func after(_ maxLength: Int) -> Parameter {
        Parameter(
            "after",
            in: .query,
            #"{"type":"string","minLength":13,"maxLength":\#(maxLength),"pattern":"^[A-Za-z0-9_-]+$"}"#,
            "`next` of the page before, of the same list with the same filters."
        )
    }

    /// The schema of a text, as `Query.text` reads it.
    static func text(_ maxLength: Int) -> String {
        #"{"type":"string","minLength":1,"maxLength":\#(maxLength),"pattern":"\#(TextRule.line.pattern)"}"#
    }

    static func id(_ prefix: String) -> Parameter {
        Parameter("id", in: .path, #"{"type":"string","pattern":"^\#(prefix)_[0-9a-f]{32}$"}"#, "The id.")
    }
}

extension [Parameter] {
    static let page = [
        Parameter.limit,
        Parameter.after(200),
    ]
}
