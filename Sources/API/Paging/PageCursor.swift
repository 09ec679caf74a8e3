// Where a page ended. A list goes on behind the key of what was shown last, so that what comes and goes meanwhile moves nothing. A
// client gets the key as a text that says nothing to it: base64url of a version, the key, and a code over both and the list that only
// this shop can make. So a cursor of another list, another filter or another shop, or one that was made up, is told from one of ours.

import Foundation
import Trading

/// Makes and reads cursors.
struct PageCursor {
    private static let version: UInt8 = 1
    private static let codeBytes = 8
    private let secrets: OrderSecret
    private let list: String

    /// Cursors of one list: a route with its path and its filters.
    init(list: String, _ secrets: OrderSecret) {
        self.list = list
        self.secrets = secrets
    }

    /// The cursor behind a key.
    func text(_ key: some CursorKey) -> String {
        let bytes = [Self.version] + key.cursorBytes
        return Base64URL.text(bytes + code(bytes))
    }

    /// The key that a cursor stands for; nil where it is none of this list.
    func key<Key: CursorKey>(_ text: String, _ type: Key.Type) -> Key? {
        guard let bytes = Base64URL.bytes(text), bytes.count > Self.codeBytes, bytes.first == Self.version else {
            return nil
        }
        let signed = Array(bytes.dropLast(Self.codeBytes))
        guard code(signed) == Array(bytes.suffix(Self.codeBytes)) else { return nil }
        return Key(cursorBytes: Array(signed.dropFirst()))
    }

    private func code(_ bytes: [UInt8]) -> [UInt8] {
        Array(secrets.digest("cursor", Array(list.utf8) + [0] + bytes).prefix(Self.codeBytes))
    }
}

/// Base 64 in letters that need no escape anywhere in a URL, without padding (RFC 4648 section 5).
enum Base64URL {
    static func text(_ bytes: [UInt8]) -> String {
        let text = Data(bytes).base64EncodedString()
        return String(
            decoding: text.utf8.compactMap { byte -> UInt8? in
                switch byte {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                case UInt8(ascii: "="): nil
                default: byte
                }
            },
            as: UTF8.self
        )
    }

    /// The bytes; nil for a text that `text` does not make, so that no two texts stand for the same bytes.
    static func bytes(_ text: String) -> [UInt8]? {
        let plain = text.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        let padded = plain + [UInt8](repeating: UInt8(ascii: "="), count: (4 - plain.count % 4) % 4)
        guard let data = Data(base64Encoded: Data(padded)) else { return nil }
        let bytes = Array(data)
        return Self.text(bytes) == text ? bytes : nil
    }
}

extension OrderSecret {
    /// The cursor behind a key of a list, as ``Query/list(_:_:_:)`` names it.
    public func cursor(_ key: some CursorKey, of list: String) -> String {
        PageCursor(list: list, self).text(key)
    }
}

extension Query {
    /// The key behind which a page begins; nil for the first page.
    ///
    /// - Throws: 422 with `invalid_cursor` for what is no `next` of this very list.
    public func after<Key: CursorKey>(_ type: Key.Type, _ secrets: OrderSecret) throws(Problem) -> Key? {
        guard let text = values["after"] else { return nil }
        guard let key = PageCursor(list: list, secrets).key(text, type) else { throw .invalidCursor }
        return key
    }

    /// The cursor of the page behind a key; nil where there is none.
    public func next(_ key: (some CursorKey)?, _ secrets: OrderSecret) -> String? {
        key.map { PageCursor(list: list, secrets).text($0) }
    }

    /// The list that the query asks for, of which a cursor is one: everything but where a page begins, how long it is, and who asks.
    private var list: String {
        let filters = values.filter { !["after", "limit", "secret"].contains($0.key) }.sorted { $0.key < $1.key }
        return Self.list(route, path.removingPercentEncoding ?? path, filters.map { ($0.key, $0.value) })
    }

    /// The list of a route with its path and its filters.
    public static func list(_ route: String, _ path: String, _ filters: [(String, String)] = []) -> String {
        ([route, path] + filters.flatMap { [$0.0, $0.1] }).joined(separator: "\u{0}")
    }
}

extension Problem {
    /// Not a `next` of this list.
    static let invalidCursor = Problem(
        .unprocessableContent,
        "invalid_cursor",
        "query parameter after: not a `next` of this list with these filters; begin without it",
        errors: [Detail(pointer: "query:after", code: "invalid_cursor", detail: "not a cursor of this list")]
    )
}
