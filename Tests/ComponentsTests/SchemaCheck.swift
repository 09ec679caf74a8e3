import Foundation

@testable import Components

/// Validates JSON values against the API's schemas.
///
/// Supports only the keywords that those schemas use.
enum SchemaCheck {
    /// The violations of a value; empty when it conforms.
    static func mistakes(of value: Any?, in name: String) -> [String] {
        guard let value else { return ["not JSON"] }
        return check(value, schema(name), "")
    }

    private static func schema(_ name: String) -> [String: Any] {
        let text = Schemas.all[name] ?? "{\"not\":{}}"
        return (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? ["not": [:]]
    }

    private static func check(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        var found: [String] = []
        if let reference = schema["$ref"] as? String {
            found += check(value, self.schema(String(reference.split(separator: "/").last ?? "")), place)
        }
        if let type = schema["type"] {
            let types = type as? [String] ?? [type as? String ?? ""]
            if !types.contains(where: { isA(value, $0) }) { return ["\(place): not \(types)"] }
        }
        if let allowed = schema["enum"] as? [AnyHashable], let value = value as? AnyHashable, !allowed.contains(value) {
            found.append("\(place): \(value) is none of \(allowed)")
        }
        if let not = schema["not"] as? [String: Any], check(value, not, place).isEmpty { found.append("\(place): not") }
        for (word, least, most) in [("oneOf", 1, 1), ("anyOf", 1, Int.max)] {
            guard let choices = schema[word] as? [[String: Any]] else { continue }
            let fitting = choices.count { check(value, $0, place).isEmpty }
            if fitting < least || fitting > most { found.append("\(place): \(fitting) of \(word)") }
        }
        if let object = value as? [String: Any] { found += members(object, schema, place) }
        if let list = value as? [Any] { found += elements(list, schema, place) }
        if let text = value as? String { found += check(text, schema, place) }
        if let number = value as? NSNumber, !isBool(number) {
            if let least = schema["minimum"] as? NSNumber, number.int64Value < least.int64Value {
                found.append("\(place): less than \(least)")
            }
            if let most = schema["maximum"] as? NSNumber, number.int64Value > most.int64Value {
                found.append("\(place): more than \(most)")
            }
        }
        return found
    }

    private static func members(_ object: [String: Any], _ schema: [String: Any], _ place: String) -> [String] {
        var found: [String] = []
        for name in schema["required"] as? [String] ?? [] where object[name] == nil {
            found.append("\(place)/\(name): missing")
        }
        let known = schema["properties"] as? [String: Any] ?? [:]
        for (name, value) in object {
            if let inner = known[name] as? [String: Any] {
                found += check(value, inner, "\(place)/\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                found.append("\(place)/\(name): unknown")
            } else if let inner = schema["additionalProperties"] as? [String: Any] {
                found += check(value, inner, "\(place)/\(name)")
            }
        }
        return found
    }

    private static func elements(_ list: [Any], _ schema: [String: Any], _ place: String) -> [String] {
        var found: [String] = []
        if let least = schema["minItems"] as? Int, list.count < least { found.append("\(place): too few") }
        if let most = schema["maxItems"] as? Int, list.count > most { found.append("\(place): too many") }
        guard let inner = schema["items"] as? [String: Any] else { return found }
        for (index, value) in list.enumerated() { found += check(value, inner, "\(place)/\(index)") }
        return found
    }

    private static func check(_ text: String, _ schema: [String: Any], _ place: String) -> [String] {
        let length = text.unicodeScalars.count
        if let least = schema["minLength"] as? Int, length < least { return ["\(place): too short"] }
        if let most = schema["maxLength"] as? Int, length > most { return ["\(place): too long"] }
        guard let pattern = schema["pattern"] as? String, let regex = try? NSRegularExpression(pattern: pattern) else {
            return []
        }
        let range = NSRange(text.startIndex..., in: text)
        return regex.firstMatch(in: text, range: range) == nil ? ["\(place): \(text) is not \(pattern)"] : []
    }

    private static func isA(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": (value as? NSNumber).map(isBool) ?? false
        case "integer": (value as? NSNumber).map { !isBool($0) && $0.doubleValue.rounded() == $0.doubleValue } ?? false
        case "number": (value as? NSNumber).map { !isBool($0) } ?? false
        case "null": value is NSNull
        default: false
        }
    }

    private static func isBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
