// Where a page ends. A list continues after the key of the last shown element, so that elements that are added or removed
// meanwhile shift nothing. The client gets the key as an opaque text: base64url of a version, the key, and a code over both and
// the list, which only this shop can compute. So a cursor of another list, another filter or another shop, and an invented one,
// are rejected.

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

    /// The cursor after a key.
    func text(_ key: some CursorKey) -> String {
        let bytes = [Self.version] + key.cursorBytes
        return Base64URL.text(bytes + code(bytes))
    }

    /// The key in a cursor; nil where the cursor is not of this list.
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

/// Base 64 in characters that need no escape in a URL, without padding (RFC 4648 section 5).
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

    /// The bytes; nil for a text that `text` would not make, so that no two texts stand for the same bytes.
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
    /// The cursor after a key of a list, which is named as ``Query/list(_:_:_:)`` does.
    public func cursor(_ key: some CursorKey, of list: String) -> String {
        PageCursor(list: list, self).text(key)
    }
}

extension Query {
    /// The key after which a page begins; nil for the first page.
    ///
    /// - Throws: 422 with `invalid_cursor` for a text that is not a `next` of this list.
    public func after<Key: CursorKey>(_ type: Key.Type, _ secrets: OrderSecret) throws(Problem) -> Key? {
        guard let text = values["after"] else { return nil }
        guard let key = PageCursor(list: list, secrets).key(text, type) else { throw .invalidCursor }
        return key
    }

    /// The cursor of the page after a key; nil where there is no key.
    public func next(_ key: (some CursorKey)?, _ secrets: OrderSecret) -> String? {
        key.map { PageCursor(list: list, secrets).text($0) }
    }

    /// The list that the query asks for, as a cursor names it: everything except the page's start, its length, and the sender.
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
    /// The text is not a `next` of this list.
    static let invalidCursor = Problem(
        .unprocessableContent,
        "invalid_cursor",
        "query parameter after: not a `next` of this list with these filters; begin without it",
        errors: [Detail(pointer: "query:after", code: "invalid_cursor", detail: "not a cursor of this list")]
    )
}
