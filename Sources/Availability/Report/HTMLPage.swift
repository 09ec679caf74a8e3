/// A self-contained page, and its parts.
enum HTMLPage {
    /// The whole page; the body is markup.
    ///
    /// It follows the reader's light or dark colour scheme.
    static func page(title: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(Markup.escape(title))</title>
        <style>\(style)</style>
        </head>
        <body>
        <main>
        \(body)</main>
        </body>
        </html>

        """
    }

    /// A section with a heading; empty where it has no content.
    static func section(_ title: String, _ content: String?) -> String {
        content.map { $0.isEmpty ? "" : "<section>\n<h2>\(title)</h2>\n\($0)</section>\n" } ?? ""
    }

    /// A drawing, which scrolls at a readable size on a narrow page.
    static func chart(_ drawing: Drawing?) -> String? {
        drawing.map { "<div class=\"chart\" tabindex=\"0\">\n\($0.svg)</div>\n" }
    }

    /// A table of texts; the first row holds the headings.
    static func table(_ rows: [[String]]) -> String {
        guard let heads = rows.first else { return "" }
        let body = rows.dropFirst().map { row in
            let cells = row.enumerated().map { index, cell in
                index == 0 ? "<th scope=\"row\">\(Markup.escape(cell))</th>" : "<td>\(Markup.escape(cell))</td>"
            }
            return "<tr>\(cells.joined())</tr>\n"
        }
        return """
            <div class="wide"><table>
            <thead><tr>\(heads.map { "<th scope=\"col\">\(Markup.escape($0))</th>" }.joined())</tr></thead>
            <tbody>
            \(body.joined())</tbody>
            </table></div>

            """
    }

    private static let style = """

        :root { --ink: #1b1f24; --soft: #57606a; --page: #ffffff; --line: #d0d7de; --window: #e8eef5; --down: #b42318; --bar: #1f5fa8 }
        @media (prefers-color-scheme: dark) {
        :root { --ink: #e6edf3; --soft: #9aa5b1; --page: #0f141a; --line: #343d47; --window: #1e2833; --down: #ff8577; --bar: #79b8ff }
        }
        body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
        main { max-width: 1000px; margin: 0 auto; padding: 24px }
        h1 { font-size: 24px } h2 { font-size: 18px; margin-top: 32px } h3 { font-size: 15px; margin: 20px 0 0 }
        p, li { color: var(--soft) }
        .wide { overflow-x: auto }
        table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums }
        th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top }
        th:first-child { text-align: left } td, th:first-child { overflow-wrap: break-word; min-width: 4.5em }
        .chart { overflow-x: auto } .chart svg { display: block; width: 100%; min-width: 640px; height: auto; font-size: 12px }
        @media print { .wide, .chart { overflow: visible } .chart svg { min-width: 0 } }
        text { fill: var(--ink) } .first { text-anchor: start } .middle { text-anchor: middle } .last { text-anchor: end }
        .grid { stroke: var(--line) } .window { fill: var(--window) } .down { fill: var(--down) } .bar, .value { fill: var(--bar) }
        .interval { stroke: var(--bar); stroke-width: 2 }

        """
}
