// SQL functions that migrations need and SQLite lacks.

import CSQLite
import Ledger
import PlainText
import Trading

extension SQLiteConnection {
    /// Adds `normal_form(text)`, a text in Unicode's normal form C, and `email_key(text)`, the key of an e-mail address.
    func addTextFunctions() throws(LedgerFailure) {
        try addFunction("normal_form") { context, _, arguments in
            SQLiteFunction.answer(context, arguments) { $0.normalForm }
        }
        try addFunction("email_key") { context, _, arguments in
            SQLiteFunction.answer(context, arguments) { EmailKey($0).text }
        }
    }
}

/// The common parts of functions of one text.
private enum SQLiteFunction {
    /// Returns what `change` makes of the first argument, or null for null.
    static func answer(
        _ context: OpaquePointer?,
        _ arguments: UnsafeMutablePointer<OpaquePointer?>?,
        _ change: (String) -> String
    ) {
        guard let value = arguments?[0], let start = sqlite3_value_text(value) else {
            sqlite3_result_null(context)
            return
        }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
        let result = change(String(decoding: bytes, as: UTF8.self))
        sqlite3_result_text(context, result, Int32(result.utf8.count), copied)
    }
}
