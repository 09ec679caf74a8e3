import SplitMix

/// The kind of a single request, which determines the expected answer.
package enum RequestKind: Int, CaseIterable, Sendable {
    case checkout
    case quote
    case browse
    case browse304
    case livez
    /// A first GET that learns a product's ETag.
    case prime
    /// Stock for a generated SKU.
    case stock

    /// The status that counts as success.
    package var expectedStatus: Int {
        switch self {
        case .checkout, .stock: 201
        case .browse304: 304
        case .quote, .browse, .livez, .prime: 200
        }
    }

    /// The name in a report.
    package var name: String {
        switch self {
        case .checkout: "checkout"
        case .quote: "quote"
        case .browse: "browse"
        case .browse304: "browse304"
        case .livez: "livez"
        case .prime: "prime"
        case .stock: "stock"
        }
    }
}

/// One request as it went out.
package struct SentRequest {
    package var kind: RequestKind
    /// Unique in the run; part of the idempotency key.
    package var sequence: Int
    /// The generated SKU of a browse, prime or stock request.
    package var sku: Int

    /// A request.
    package init(kind: RequestKind, sequence: Int, sku: Int) {
        self.kind = kind
        self.sequence = sequence
        self.sku = sku
    }
}

/// Makes the bytes of one request after the other.
package struct RequestSource {
    private let plan: RequestPlan
    private let isHot: Bool
    private let keyPrefix: String
    private var random: SplitMix64
    private var sequence = 0
    private var uniform: [RequestTemplate]
    private var hot: [RequestTemplate]
    private var scratch: [UInt8] = []

    /// The source of one worker; workers of one run differ in their number.
    package init(plan: RequestPlan, worker: Int) {
        self.plan = plan
        if case .load(let load) = plan.work { isHot = load.isHot } else { isHot = false }
        random = SplitMix64(seed: plan.seed &+ UInt64(worker) &* 0x1_0001)
        let prefix = plan.work == .stock ? "bench-stock-" : "bench-\(plan.runID)-\(worker)-"
        keyPrefix = prefix
        let hotName = plan.hot.sku ?? plan.skus.name(0)
        uniform = RequestKind.allCases.map { Self.template($0, plan: plan, keyPrefix: prefix, hot: nil) }
        hot = RequestKind.allCases.map { Self.template($0, plan: plan, keyPrefix: prefix, hot: hotName) }
    }

    /// The idempotency key of a request.
    package func idempotencyKey(_ request: SentRequest) -> String {
        let digits = String(request.sequence)
        return keyPrefix + String(repeating: "0", count: RequestTemplate.sequenceWidth - digits.count) + digits
    }

    /// Draws the next request and hands its bytes to `body`, which must not keep them.
    package mutating func next(_ body: (UnsafeRawBufferPointer) -> Void) -> SentRequest {
        let kind = drawKind()
        let namesHot = isHot && (plan.hot.fraction >= 1 || random.unit() < plan.hot.fraction)
        var request = SentRequest(kind: kind, sequence: sequence, sku: 0)
        if namesHot {
            _ = Self.fill(&hot[kind.rawValue], &request, plan: plan, random: &random)
        } else {
            request.sku = Self.fill(&uniform[kind.rawValue], &request, plan: plan, random: &random)
        }
        sequence += 1
        if kind == .browse304 {
            let template = namesHot ? hot[kind.rawValue] : uniform[kind.rawValue]
            let etag = namesHot ? plan.hotETag : plan.etags[request.sku]
            scratch.removeAll(keepingCapacity: true)
            scratch.append(contentsOf: template.bytes.dropLast(2))
            scratch.append(contentsOf: "If-None-Match: ".utf8)
            scratch.append(contentsOf: etag)
            scratch.append(contentsOf: "\r\n\r\n".utf8)
            scratch.withUnsafeBytes(body)
        } else if namesHot {
            hot[kind.rawValue].bytes.withUnsafeBytes(body)
        } else {
            uniform[kind.rawValue].bytes.withUnsafeBytes(body)
        }
        return request
    }

    private mutating func drawKind() -> RequestKind {
        switch plan.work {
        case .prime: return .prime
        case .stock: return .stock
        case .load(let load):
            switch load.kind {
            case .checkout: return .checkout
            case .quote: return .quote
            case .browse: return .browse
            case .browse304: return .browse304
            case .livez: return .livez
            case .mixed:
                let mix = plan.mix
                let drawn = random.below(max(1, mix.browse + mix.quote + mix.checkout))
                return drawn < mix.browse ? .browse : drawn < mix.browse + mix.quote ? .quote : .checkout
            }
        }
    }

    /// Writes the SKUs and the sequence number; the first SKU.
    private static func fill(
        _ template: inout RequestTemplate,
        _ request: inout SentRequest,
        plan: RequestPlan,
        random: inout SplitMix64
    ) -> Int {
        template.setSequence(request.sequence)
        guard template.skuCount > 0 else { return 0 }
        if plan.work == .prime || plan.work == .stock {
            let number = request.sequence % plan.skus.count
            for place in 0..<template.skuCount { template.setSKU(number, at: place) }
            return number
        }
        let first = random.below(plan.skus.count)
        template.setSKU(first, at: 0)
        if template.skuCount > 1 {
            // Another SKU than the first, each equally likely.
            let second = (first + 1 + random.below(plan.skus.count - 1)) % plan.skus.count
            template.setSKU(second, at: 1)
        }
        return first
    }

    private static func template(
        _ kind: RequestKind,
        plan: RequestPlan,
        keyPrefix: String,
        hot: String?
    ) -> RequestTemplate {
        let width = plan.skus.width
        let sku: [RequestTemplate.Piece] = hot.map { [.text($0)] } ?? [.text(BenchSKUs.prefix), .skuNumber]
        // A shop's own front end sends its key with every request, and is not limited like other clients.
        let key = plan.key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let host = RequestTemplate.Piece.text(" HTTP/1.1\r\nHost: \(plan.authority)\r\n\(key)")
        let name: [RequestTemplate.Piece] = [.text("Idempotency-Key: \(keyPrefix)"), .sequence, .text("\r\n")]
        let lines: [RequestTemplate.Piece] =
            [.text(#""currency":"GBP","customer":{"email":"b@example.com"},"lines":[{"sku":""#)] + sku
            + [
                .text(#"","quantity":1},{"sku":"\#(BenchSKUs.prefix)"#), .skuNumber,
                .text(#"","quantity":2}]}"#),
            ]
        switch kind {
        case .checkout:
            let head = [.text("POST /v1/orders"), host] + name
            return RequestTemplate(skuWidth: width, head: head, body: [.text("{" + plan.payment)] + lines)
        case .quote:
            return RequestTemplate(
                skuWidth: width,
                head: [.text("POST /v1/orders/quote"), host],
                body: [.text("{")] + lines
            )
        case .browse, .browse304, .prime:
            return RequestTemplate(skuWidth: width, head: [.text("GET /v1/products/")] + sku + [host])
        case .livez:
            return RequestTemplate(skuWidth: width, head: [.text("GET /livez HTTP/1.1\r\nHost: \(plan.authority)\r\n")])
        case .stock:
            return RequestTemplate(
                skuWidth: width,
                head: [.text("POST /v1/stock/")] + sku + [.text("/adjustments"), host] + name,
                body: [.text(#"{"delta":1000000000,"reason":"bench"}"#)]
            )
        }
    }
}
