import Foundation

/// Markup built from text: every text that came from a list is escaped.
enum Markup {
    /// Text escaped for an element or an attribute.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Control characters have no place in HTML.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A coordinate, to a tenth of a unit.
    static func number(_ value: Double) -> String {
        let text = String(format: "%.1f", value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

/// A drawing that is built shape by shape.
struct Drawing {
    /// Its width in units; it scales with the page.
    static let width = 900.0

    private let height: Double
    private let title: String
    private let summary: String
    private let id: String
    private var shapes = ""

    /// A drawing with the title and the summary for screen readers.
    init(id: String, height: Double, title: String, summary: String) {
        self.id = id
        self.height = height
        self.title = title
        self.summary = summary
    }

    mutating func rectangle(_ style: String, x: Double, y: Double, width: Double, height: Double, title: String? = nil)
    {
        let place =
            "x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" width=\"\(Markup.number(width))\" "
            + "height=\"\(Markup.number(height))\""
        let inside = title.map { "><title>\(Markup.escape($0))</title></rect>" } ?? "/>"
        shapes += "<rect class=\"\(style)\" \(place)\(inside)\n"
    }

    mutating func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
        let from = "x1=\"\(Markup.number(x1))\" y1=\"\(Markup.number(y1))\""
        let to = "x2=\"\(Markup.number(x2))\" y2=\"\(Markup.number(y2))\""
        shapes += "<line class=\"\(style)\" \(from) \(to)/>\n"
    }

    mutating func dot(_ style: String, _ x: Double, _ y: Double, title: String) {
        shapes +=
            "<circle class=\"\(style)\" cx=\"\(Markup.number(x))\" cy=\"\(Markup.number(y))\" r=\"4.5\">"
            + "<title>\(Markup.escape(title))</title></circle>\n"
    }

    /// Text at a point; its style sets the side of the point.
    mutating func text(_ style: String, _ x: Double, _ y: Double, _ text: String) {
        shapes +=
            "<text class=\"\(style)\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\">\(Markup.escape(text))</text>\n"
    }

    /// The drawing as an SVG element.
    var svg: String {
        """
        <svg role="img" aria-labelledby="\(id)-title \(id)-summary" viewBox="0 0 \(Markup.number(Self.width)) \
        \(Markup.number(height))" xmlns="http://www.w3.org/2000/svg">
        <title id="\(id)-title">\(Markup.escape(title))</title>
        <desc id="\(id)-summary">\(Markup.escape(summary))</desc>
        \(shapes)</svg>

        """
    }

    /// A service's name, cut to fit beside a row.
    static func label(_ name: String) -> String {
        name.count > 24 ? name.prefix(23) + "…" : name
    }
}
