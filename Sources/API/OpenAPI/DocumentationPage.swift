// The API for people: one page that needs nothing but itself, made from the same endpoints and schemas as the OpenAPI document,
// so that it can say nothing that the server does not do.

import HTTPTypes

/// Makes the page.
public struct DocumentationPage {
    let endpoints: [Endpoint]
    let shapes: [String: SchemaTree]

    /// - Parameters:
    ///   - endpoints: every route.
    ///   - schemas: JSON Schemas (2020-12), as JSON text, by name.
    public init(_ endpoints: [Endpoint], schemas: [String: String]) {
        self.endpoints = endpoints
        shapes = schemas.mapValues { SchemaTree($0) }
    }

    /// The page's bytes.
    public func html(version: String) -> [UInt8] {
        let tags = endpoints.map(\.tag).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let page = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Tradewind API</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            <nav aria-label="Contents">
            <p class="brand"><a href="#content">Tradewind</a> <small>\(Self.escape(version))</small></p>
            <label for="filter">Find a route</label>
            <input id="filter" type="search" placeholder="orders, PUT, refund …" autocomplete="off">
            \(contents(tags))
            </nav>
            <main id="content">
            <h1>Tradewind API</h1>
            \(Self.introduction)
            \(tags.map(section).joined(separator: "\n"))
            \(problems)
            \(shapesSection)
            <footer><p>The same for machines: <a href="/openapi.json">OpenAPI 3.1</a>.</p></footer>
            </main>
            <script>\(Self.script)</script>
            </body>
            </html>

            """
        return Array(page.utf8)
    }

    private func contents(_ tags: [String]) -> String {
        let groups = tags.map { tag in
            let items = endpoints.filter { $0.tag == tag }.map { endpoint in
                """
                <li data-route="\(Self.searchText(endpoint))"><a href="#\(endpoint.id)">\(Self.badge(endpoint)) \
                \(Self.escape(endpoint.path))</a></li>
                """
            }
            return "<li><a href=\"#tag-\(tag)\">\(tag)</a><ul>\(items.joined(separator: "\n"))</ul></li>"
        }
        return """
            <ul class="toc">
            <li><a href="#conventions">Conventions</a></li>
            \(groups.joined(separator: "\n"))
            <li><a href="#problems">Problems</a></li>
            <li><a href="#shapes">Shapes</a></li>
            </ul>
            """
    }

    private func section(_ tag: String) -> String {
        let routes = endpoints.filter { $0.tag == tag }.map(route).joined(separator: "\n")
        return "<section aria-labelledby=\"tag-\(tag)\"><h2 id=\"tag-\(tag)\">\(tag)</h2>\n\(routes)\n</section>"
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
            "<dt><code>\(code.name)</code></dt><dd>\(Self.prose(code.meaning))</dd>"
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

    /// A text for HTML.
    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// A text for HTML, in which what stands between backticks is code.
    static func prose(_ text: String) -> String {
        escape(text).split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0.isMultiple(of: 2) ? String($1) : "<code>\($1)</code>" }.joined()
    }

    /// The method of a route, coloured by what it does.
    static func badge(_ endpoint: Endpoint) -> String {
        let method = endpoint.method.rawValue
        return "<span class=\"method \(method.lowercased())\">\(method)</span>"
    }

    /// What the filter looks at.
    static func searchText(_ endpoint: Endpoint) -> String {
        escape("\(endpoint.method.rawValue) \(endpoint.path) \(endpoint.summary) \(endpoint.tag)".lowercased())
    }
}
