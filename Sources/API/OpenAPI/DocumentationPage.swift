// The API for people: a page for its conventions and problems, one for each section and one for the shapes of its documents, each
// self-contained. They are made from the same endpoints and schemas as the OpenAPI document, so they describe exactly what the
// server does.

import Crypto
import Foundation
import HTTPTypes

/// Makes the pages.
public struct DocumentationPage {
    let endpoints: [Endpoint]
    let shapes: [String: SchemaTree]
    /// The sections of the API, in the order of its endpoints.
    private let tags: [String]

    /// - Parameters:
    ///   - endpoints: every route.
    ///   - schemas: JSON Schemas (2020-12), as JSON text, by name.
    public init(_ endpoints: [Endpoint], schemas: [String: String]) {
        self.endpoints = endpoints
        shapes = schemas.mapValues { SchemaTree($0) }
        tags = endpoints.map(\.tag).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The pages' bytes by the last segment of their paths below `/docs/`; empty for the first page.
    public func pages(version: String) -> [String: [UInt8]] {
        let first = "<h1>Tradewind API</h1>\n\(Self.introduction)\n\(partsSection)\n\(problems)"
        var pages = ["": page("Tradewind API", first, version)]
        for tag in tags { pages[Self.name(of: tag)] = page("\(tag) · Tradewind API", section(tag), version) }
        pages["shapes"] = page("Shapes · Tradewind API", shapesSection, version)
        return pages
    }

    /// The last segment of the path of a section's page.
    static func name(of tag: String) -> String { tag.lowercased() }

    /// The URL of a route's description.
    static func place(of endpoint: Endpoint) -> String { "/docs/\(name(of: endpoint.tag))#\(endpoint.id)" }

    private func page(_ title: String, _ content: String, _ version: String) -> [UInt8] {
        let page = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            <nav aria-label="Contents">
            <p class="brand"><a href="/docs">Tradewind</a> <small>\(Self.escape(version))</small></p>
            <label for="filter">Find a route, a field or a code</label>
            <input id="filter" type="search" placeholder="refund, If-Match, reservedUntil …" autocomplete="off">
            <details id="menu"><summary>Contents</summary>
            \(contents)
            </details>
            </nav>
            <main id="content">
            \(content)
            <footer><p>The same for machines: <a href="/openapi.json">OpenAPI 3.1</a>.</p></footer>
            </main>
            <script>\(Self.script)</script>
            </body>
            </html>

            """
        return Array(page.utf8)
    }

    /// All routes by section, followed by all problems and shapes, which only the filter shows.
    private var contents: String {
        let groups = tags.map { tag in
            let items = endpoints.filter { $0.tag == tag }.map { endpoint in
                """
                <li data-words="\(searchText(endpoint))"><a href="\(Self.place(of: endpoint))">\(Self.badge(endpoint)) \
                \(Self.escape(endpoint.path))</a></li>
                """
            }
            return """
                <li><a href="/docs/\(Self.name(of: tag))">\(tag)</a><ul>\(items.joined(separator: "\n"))</ul></li>
                """
        }
        let codes = (ProblemCode.all + ProblemCode.details).map { code in
            Self.found("/docs#problem-\(code.name)", code.name, words: "\(code.name) \(code.meaning)")
        }
        let shapes = shapes.sorted { $0.key < $1.key }.map { name, shape in
            Self.found("/docs/shapes#shape-\(name)", name, words: "\(name) \(Self.words(of: shape))")
        }
        return """
            <ul class="toc">
            <li><a href="/docs#conventions">Conventions</a></li>
            \(groups.joined(separator: "\n"))
            <li><a href="/docs#problems">Problems</a><ul>\(codes.joined(separator: "\n"))</ul></li>
            <li><a href="/docs/shapes">Shapes</a><ul>\(shapes.joined(separator: "\n"))</ul></li>
            </ul>
            """
    }

    /// An entry that only the filter shows.
    private static func found(_ address: String, _ name: String, words: String) -> String {
        """
        <li hidden data-only data-words="\(escape(words.lowercased()))"><a href="\(address)"><code>\(name)</code></a></li>
        """
    }

    private var partsSection: String {
        let items = tags.map { tag in
            let count = endpoints.count { $0.tag == tag }
            return """
                <li><a href="/docs/\(Self.name(of: tag))">\(tag)</a> \
                <span class="about">\(count) route\(count == 1 ? "" : "s")</span></li>
                """
        }
        return """
            <section aria-labelledby="parts"><h2 id="parts">Parts</h2>
            <ul>\(items.joined(separator: "\n"))
            <li><a href="/docs/shapes">Shapes</a> <span class="about">what bodies and answers are made of</span></li></ul></section>
            """
    }

    private func section(_ tag: String) -> String {
        let routes = endpoints.filter { $0.tag == tag }.map(route).joined(separator: "\n")
        return "<section aria-labelledby=\"part\"><h1 id=\"part\">\(tag)</h1>\n\(routes)\n</section>"
    }

    private var problems: String {
        let rows = ProblemCode.all.map { code in
            """
            <dt id="problem-\(code.name)"><code>\(code.name)</code> \
            <span class="status">\(code.statuses.map(String.init).joined(separator: ", "))</span></dt>
            <dd>\(Self.prose(code.meaning))</dd>
            """
        }
        let details = ProblemCode.details.map { code in
            "<dt id=\"problem-\(code.name)\"><code>\(code.name)</code></dt><dd>\(Self.prose(code.meaning))</dd>"
        }
        return """
            <section aria-labelledby="problems"><h2 id="problems">Problems</h2>
            <p>What is not done is answered with a problem document (RFC 9457, \(link("Problem"))), whose <code>type</code> leads \
            to its code here. Unless a code says otherwise, nothing was changed.</p>
            <dl>\(rows.joined(separator: "\n"))</dl>
            <h3 id="mistakes">Codes of single mistakes</h3>
            <p>They stand in <code>errors</code>, each with the place that it is about.</p>
            <dl>\(details.joined(separator: "\n"))</dl>
            </section>
            """
    }

    /// What the page may load and run: its own style and its own script, by their digests.
    public static let contentSecurityPolicy: String = {
        let (style, script) = (digest(Self.style), digest(Self.script))
        return """
            default-src 'none'; style-src '\(style)'; script-src '\(script)'; base-uri 'none'; form-action 'none'; \
            frame-ancestors 'none'
            """
    }()

    /// The digest of an element's content (Content Security Policy level 3, section 2.3.1).
    private static func digest(_ content: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Data(content.utf8))).base64EncodedString()
    }

    /// A text escaped for HTML.
    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// A text escaped for HTML, with text in backticks as code.
    static func prose(_ text: String) -> String {
        escape(text).split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0.isMultiple(of: 2) ? String($1) : "<code>\($1)</code>" }.joined()
    }

    /// The method of a route, coloured by its kind.
    static func badge(_ endpoint: Endpoint) -> String {
        let method = endpoint.method.rawValue
        return "<span class=\"method \(method.lowercased())\">\(method)</span>"
    }

    /// The text that the filter searches: the route, the names of its inputs and outputs, and its problem codes.
    func searchText(_ endpoint: Endpoint) -> String {
        let parameters = (endpoint.parameters + OpenAPIDocument.impliedParameters(of: endpoint)).map(\.name)
        let schemas = [endpoint.body?.schema].compactMap(\.self) + endpoint.responses.compactMap(\.schema)
        let members = Set(schemas).sorted().compactMap { name in shapes[name].map { "\(name) \(Self.words(of: $0))" } }
        let words =
            [endpoint.method.rawValue, endpoint.path, endpoint.id, endpoint.summary, endpoint.tag] + parameters
            + members
        return Self.escape(words.joined(separator: " ").lowercased())
    }

    /// The names of all members of a schema.
    private static func words(of schema: SchemaTree) -> String {
        let own = schema["properties"]?.members.map { "\($0.name) \(words(of: $0.value))" } ?? []
        let parts = (schema["oneOf"]?.elements ?? []) + [schema["items"]].compactMap(\.self)
        return (own + parts.map(words)).joined(separator: " ")
    }
}
