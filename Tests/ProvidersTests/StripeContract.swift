import Foundation

/// Stripe's own specification of the operations that the adapter uses, made by `scripts/extract-stripe-contract.py`.
struct StripeContract: Decodable, Sendable {
    struct Operation: Decodable, Sendable {
        let method: String
        let path: String
        let query: Schema
        let form: Schema

        /// Whether the operation matches a path, in which a name in braces stands for one segment.
        func takes(_ method: String, _ path: String) -> Bool {
            let mine = self.path.split(separator: "/")
            let theirs = path.split(separator: "/")
            return method == self.method && mine.count == theirs.count
                && zip(mine, theirs).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
    }

    let version: String
    let operations: [Operation]

    static func load() throws -> StripeContract {
        try JSONDecoder().decode(StripeContract.self, from: data())
    }

    /// Stripe's example of an object, as JSON.
    static func example(_ name: String) throws -> [UInt8] {
        let document = try JSONSerialization.jsonObject(with: data()) as? [String: Any]
        let examples = document?["examples"] as? [String: Any]
        return try [UInt8](JSONSerialization.data(withJSONObject: examples?[name] ?? [:]))
    }

    private static func data() throws -> Data {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try Data(contentsOf: folder.appendingPathComponent("Fixtures/stripe.json"))
    }

    /// The violations of a request; empty when it conforms.
    func problems(_ method: String, _ path: String, query: String, form: String) -> [String] {
        let fits = operations.filter { $0.takes(method, path) }
        // A literal segment takes precedence over one in braces: `search` is no intent.
        guard
            let operation = fits.min(by: { $0.path.count(where: { $0 == "{" }) < $1.path.count(where: { $0 == "{" }) })
        else { return ["there is no \(method) \(path)"] }
        return operation.query.problems(FormValue(query), at: "query")
            + operation.form.problems(FormValue(form), at: "form")
    }
}

/// The part of JSON Schema that Stripe's document uses.
final class Schema: Decodable, Sendable {
    let type: String?
    let `enum`: [String]?
    let maxLength: Int?
    let properties: [String: Schema]?
    let required: [String]?
    let items: Schema?
    let anyOf: [Schema]?
    private let additionalProperties: Additional?

    private enum Additional: Decodable, Sendable {
        case allowed(Bool)
        case schema(Schema)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let isAllowed = try? container.decode(Bool.self) {
                self = .allowed(isAllowed)
            } else {
                self = .schema(try container.decode(Schema.self))
            }
        }
    }

    /// The violations of a value.
    func problems(_ value: FormValue, at place: String) -> [String] {
        if let anyOf {
            let all = anyOf.map { $0.problems(value, at: place) }
            return all.contains([]) ? [] : all.first ?? []
        }
        switch (type, value) {
        case (nil, _): return []
        case ("object", .members(let members)): return problems(members, at: place)
        case ("array", .list(let list)): return list.flatMap { items?.problems($0, at: place + "[]") ?? [] }
        case ("integer", .text(let text)): return Int64(text) == nil ? ["\(place): \(text) is no integer"] : []
        case ("boolean", .text(let text)):
            return text == "true" || text == "false" ? [] : ["\(place): \(text) is no boolean"]
        case ("string", .text(let text)): return problems(text, at: place)
        default: return ["\(place): \(value) is no \(type ?? "")"]
        }
    }

    private func problems(_ text: String, at place: String) -> [String] {
        if let choices = `enum`, !choices.contains(text) { return ["\(place): \(text) is none of \(choices)"] }
        if let maxLength, text.count > maxLength { return ["\(place): longer than \(maxLength)"] }
        return []
    }

    private func problems(_ members: [String: FormValue], at place: String) -> [String] {
        let missing = (required ?? []).filter { members[$0] == nil }.map { "\(place): \($0) is missing" }
        return missing
            + members.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
                if let schema = properties?[name] { return schema.problems(value, at: "\(place).\(name)") }
                switch additionalProperties {
                case .schema(let schema): return schema.problems(value, at: "\(place).\(name)")
                case .allowed(false): return ["\(place): there is no \(name)"]
                case .allowed(true), nil: return []
                }
            }
    }
}

/// A form as a tree: `a=1&b[c]=2&d[]=3`.
indirect enum FormValue: Equatable {
    case text(String)
    case list([FormValue])
    case members([String: FormValue])

    /// Parses a form or a query.
    init(_ text: String) {
        self = .members([:])
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? String($0) }
            let path = sides[0].replacing("]", with: "").split(separator: "[", omittingEmptySubsequences: false)
            insert(sides.count > 1 ? sides[1] : "", path[...])
        }
    }

    /// A string member.
    subscript(_ name: String) -> String? {
        guard case .members(let members) = self, case .text(let text)? = members[name] else { return nil }
        return text
    }

    /// The members of a member that are strings.
    func texts(_ name: String) -> [String: String] {
        guard case .members(let members) = self, case .members(let inner)? = members[name] else { return [:] }
        return inner.compactMapValues { value in
            guard case .text(let text) = value else { return nil }
            return text
        }
    }

    private mutating func insert(_ value: String, _ path: ArraySlice<Substring>) {
        guard let name = path.first else {
            self = .text(value)
            return
        }
        if name.isEmpty {
            guard case .list(let list) = self else {
                self = .list([.text(value)])
                return
            }
            self = .list(list + [.text(value)])
            return
        }
        guard case .members(var members) = self else { return }
        var inner = members[String(name)] ?? (path.dropFirst().first == "" ? .list([]) : .members([:]))
        inner.insert(value, path.dropFirst())
        members[String(name)] = inner
        self = .members(members)
    }
}
