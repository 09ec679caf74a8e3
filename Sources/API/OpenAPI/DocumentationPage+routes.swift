import HTTPTypes

extension DocumentationPage {
    /// One route: what it does, its access rules, its inputs and its answers.
    func route(_ endpoint: Endpoint) -> String {
        """
        <article id="\(endpoint.id)">
        <h2>\(Self.badge(endpoint)) <code>\(Self.escape(endpoint.path))</code> \
        <a class="anchor" href="#\(endpoint.id)" aria-label="Link to \(endpoint.id)">#</a></h2>
        <p class="summary">\(Self.prose(endpoint.summary)).</p>
        <p class="access">\(Self.access(endpoint.access))</p>
        <pre class="command" tabindex="0"><code>\(Self.escape(command(endpoint)))</code></pre>
        \(parameters(endpoint))
        \(body(endpoint))
        \(answers(endpoint))
        </article>
        """
    }

    private static func access(_ access: Access) -> String {
        switch access {
        case .anyone: "Anyone may call it."
        case .anyoneOrKnown: "Anyone may call it; a key, or a customer’s token, lets it do more."
        case .scope(let scope): "Needs a key with the scope <code>\(scope.rawValue)</code>."
        case .scopeOrOrderSecret(let scope):
            "Needs a key with the scope <code>\(scope.rawValue)</code>, the order’s secret, or its customer’s token."
        case .scopeOrCustomer(let scope):
            "Needs a key with the scope <code>\(scope.rawValue)</code>, or the customer’s own token."
        }
    }

    private func parameters(_ endpoint: Endpoint) -> String {
        let all = endpoint.parameters + OpenAPIDocument.impliedParameters(of: endpoint)
        guard !all.isEmpty else { return "" }
        let items = all.map { parameter in
            """
            <li><code class="name">\(Self.escape(parameter.name))</code> \
            <span class="type">\(parameter.place.rawValue), \(type(SchemaTree(parameter.schema)))</span>\
            \(parameter.place == .path ? Self.requiredMark : "") \
            <span class="about">\(Self.prose(parameter.description))</span></li>
            """
        }
        return "<h3>Parameters</h3><ul class=\"members\">\(items.joined(separator: "\n"))</ul>"
    }

    private func body(_ endpoint: Endpoint) -> String {
        guard let body = endpoint.body, let shape = shapes[body.schema] else { return "" }
        return """
            <h3>Body</h3>
            <p>\(link(body.schema)) as <code>\(body.mediaType)</code>, at most \(Self.size(body.maxBytes))\
            \(body.isOptional ? "; it may be left out" : "").</p>
            \(members(shape))
            \(exampleBlock(shape, label: "An example of a body"))
            """
    }

    private func answers(_ endpoint: Endpoint) -> String {
        let responses = endpoint.responses.map { response in
            let shape = response.schema.map { " \(link($0))" } ?? ""
            return """
                <li><span class="status good">\(response.status)</span>\(shape) \
                <span class="about">\(Self.prose(response.description))</span></li>
                """
        }
        let problems = OpenAPIDocument.problemStatuses(of: endpoint).map { status in
            let codes = OpenAPIDocument.problemCodes(status, of: endpoint)
                .map { " <a href=\"/docs#problem-\($0)\"><code>\($0)</code></a>" }
            let text = OpenAPIDocument.problemDescriptions[status] ?? ""
            return """
                <li><span class="status bad">\(status)</span> <span class="about">\(Self.prose(text))\
                \(codes.joined())</span></li>
                """
        }
        let example = endpoint.responses.first { $0.mediaType == "application/json" && $0.status < 300 }
            .flatMap(\.schema).flatMap { shapes[$0] }
            .map { exampleBlock($0, label: "An example of an answer") }
        return """
            <h3>Answers</h3>
            <ul class="answers">\(responses.joined(separator: "\n"))</ul>
            \(example ?? "")
            <details><summary>\(problems.count) problems</summary>
            <ul class="answers">\(problems.joined(separator: "\n"))</ul></details>
            """
    }

    private func exampleBlock(_ shape: SchemaTree, label: String) -> String {
        let example = example(of: shape)
        let text = example.text ?? example.pretty()
        guard !text.isEmpty, text != "{}" else { return "" }
        return
            "<details><summary>\(label)</summary><pre tabindex=\"0\"><code>\(Self.escape(text))</code></pre></details>"
    }

    /// The route as a command line, with `$URL` for the shop's address and `$KEY` for a key.
    func command(_ endpoint: Endpoint) -> String {
        var path = endpoint.path
        for parameter in endpoint.parameters where parameter.place == .path {
            let example = SchemaTree(parameter.schema)["examples"]?.elements.first?.text
            path.replace("{\(parameter.name)}", with: example ?? "$\(parameter.name.uppercased())")
        }
        var words = ["curl -s"]
        switch endpoint.access {
        case .anyone, .anyoneOrKnown: break
        case .scope, .scopeOrOrderSecret, .scopeOrCustomer: words.append("-H \"Authorization: Bearer $KEY\"")
        }
        if endpoint.takesIdempotencyKey { words.append("-H \"Idempotency-Key: $(uuidgen)\"") }
        if endpoint.method != .get, endpoint.method != .post || endpoint.body == nil {
            words.append("-X \(endpoint.method.rawValue)")
        }
        if let body = endpoint.body, let shape = shapes[body.schema] {
            let example = example(of: shape)
            let text = example.compact().replacing("'", with: "'\\''")
            if body.mediaType == "application/json" {
                words.append("--json '\(text)'")
            } else if body.mediaType.hasSuffix("+json") {
                words.append("-H 'Content-Type: \(body.mediaType)' -d '\(text)'")
            } else {
                words.append("-H 'Content-Type: \(body.mediaType)' --data-binary @FILE")
            }
        }
        return words.joined(separator: " ") + " \"$URL\(path)\""
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
    }
}
