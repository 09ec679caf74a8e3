import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Carts.
///
/// A guest's cart can be used by anyone who knows its id, of which 62 bits are random and cannot be derived from another id. A
/// customer's cart needs that customer's token, or a key that may act for customers: its id grants no access.
struct CartRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/carts",
                id: "createCart",
                tag: "Carts",
                "Makes a cart",
                access: .anyoneOrKnown,
                body: BodyKind("CartInput"),
                responses: [ResponseKind(201, "Cart", "The cart.")],
                problems: [403],
                handler: create
            ),
            Endpoint(
                .get,
                "/v1/carts/{id}",
                id: "getCart",
                tag: "Carts",
                "A cart at today's prices",
                access: .anyoneOrKnown,
                parameters: [.id("crt")],
                responses: [ResponseKind(200, "Cart", "The cart.")],
                problems: [403],
                handler: get
            ),
            Endpoint(
                .post,
                "/v1/carts/{id}/lines",
                id: "addCartLine",
                tag: "Carts",
                "Puts more units of a SKU in",
                access: .anyoneOrKnown,
                parameters: [.id("crt"), .ifMatch],
                body: BodyKind("CartLineInput"),
                responses: [ResponseKind(200, "Cart", "The cart.")],
                problems: [403, 409, 412],
                handler: addLine
            ),
            Endpoint(
                .put,
                "/v1/carts/{id}/lines/{sku}",
                id: "setCartLine",
                tag: "Carts",
                "Sets the units of a SKU; 0 takes it out",
                access: .anyoneOrKnown,
                parameters: [.id("crt"), .sku, .ifMatch],
                body: BodyKind("CartQuantity"),
                responses: [ResponseKind(200, "Cart", "The cart.")],
                problems: [403, 409, 412],
                handler: setLine
            ),
            Endpoint(
                .delete,
                "/v1/carts/{id}/lines/{sku}",
                id: "removeCartLine",
                tag: "Carts",
                "Takes a SKU out",
                access: .anyoneOrKnown,
                parameters: [.id("crt"), .sku, .ifMatch],
                responses: [ResponseKind(200, "Cart", "The cart.")],
                problems: [403, 409, 412],
                handler: removeLine
            ),
            Endpoint(
                .post,
                "/v1/carts/{id}/merge",
                id: "mergeCart",
                tag: "Carts",
                "Takes over the lines of another cart, which is closed by that",
                access: .anyoneOrKnown,
                parameters: [.id("crt"), .ifMatch],
                body: BodyKind("CartMerge"),
                responses: [ResponseKind(200, "Cart", "The cart. Of a SKU in both, the larger quantity.")],
                problems: [403, 409, 412],
                handler: merge
            ),
            Endpoint(
                .put,
                "/v1/carts/{id}/customer",
                id: "assignCart",
                tag: "Carts",
                "Makes the cart a customer's",
                access: .anyoneOrKnown,
                parameters: [.id("crt"), .ifMatch],
                body: BodyKind("CartAssignment"),
                responses: [ResponseKind(200, "Cart", "The cart.")],
                problems: [403, 409, 412],
                handler: assign
            ),
        ]
    }

    private func create(_ call: Call) async throws(Problem) -> Response {
        try checkSize(call)
        let bounds = bounds(of: call)
        let authority = call.authority
        let (command, bytes) = try await call.requiredJSON { (json) throws(JSONError) in
            var currency: Currency?
            var customer: ID<Customer>?
            var lines: [CartLine] = []
            try json.object { (json, member) throws(JSONError) in
                switch member {
                case "currency": currency = try json.currency()
                case "customer": customer = try json.id(Customer.self)
                case "lines":
                    lines = try json.list(OrderLimits.maxCartLines) { (json) throws(JSONError) in
                        try json.cartLine()
                    }
                default: throw json.unknown(member)
                }
            }
            return CreateCart(
                currency: try json.required(currency, "currency"),
                customer: customer ?? authority.provedCustomer,
                lines: lines,
                bounds: bounds,
                authority: authority
            )
        }
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        return answer(result.outcome, status: .created).replayed(result.replayed)
    }

    /// The limits of the sender's carts: without a key that has `orders:write` they are those of guests' orders.
    private func bounds(of call: Call) -> CartBounds {
        let settings = shop.settings
        guard !call.principal.may(.ordersWrite) else { return CartBounds(lifetimeSeconds: settings.cartSeconds) }
        return CartBounds(
            lines: OrderLimits.maxGuestLines,
            lifetimeSeconds: settings.cartSeconds,
            guestSeconds: settings.guestCartSeconds
        )
    }

    private func checkSize(_ call: Call) throws(Problem) {
        guard !call.principal.may(.ordersWrite), call.bodyBytes > Bounds.guestOrderBytes else { return }
        throw .guestBodyTooLarge("a cart")
    }

    private func get(_ call: Call) async throws(Problem) -> Response {
        let cart = try await shop.row(CartRow.self, try call.id(Cart.self, "cart"), "cart").cart
        if let customer = cart.customer {
            try call.check(customer, reading: .ordersRead, .customersRead)
            if case .customer = call.principal { try await shop.admit(call, to: customer, .customersRead) }
        }
        if cart.state == .open, cart.expiresAt <= .now { throw .notFound("cart") }
        return answer(cart)
    }

    private func addLine(_ call: Call) async throws(Problem) -> Response {
        let (line, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try json.cartLine() }
        return try await change(call, .add(line.sku, line.quantity), key: try call.idempotencyKey(bytes))
    }

    private func setLine(_ call: Call) async throws(Problem) -> Response {
        let sku = try call.sku()
        let (quantity, _) = try await call.requiredJSON { (json) throws(JSONError) in
            try json.member("quantity") { (json) throws(JSONError) in
                try json.int64(in: 0...OrderLimits.quantity.upperBound)
            }
        }
        return try await change(call, .set(sku, quantity))
    }

    private func removeLine(_ call: Call) async throws(Problem) -> Response {
        try await change(call, .set(try call.sku(), 0))
    }

    private func merge(_ call: Call) async throws(Problem) -> Response {
        let (other, bytes) = try await call.requiredJSON { (json) throws(JSONError) in
            try json.member("from") { (json) throws(JSONError) in try json.id(Cart.self) }
        }
        return try await change(call, .merge(other), key: try call.idempotencyKey(bytes))
    }

    private func assign(_ call: Call) async throws(Problem) -> Response {
        let (customer, _) = try await call.requiredJSON { (json) throws(JSONError) in
            try json.member("customer") { (json) throws(JSONError) in try json.id(Customer.self) }
        }
        return try await change(call, .assign(customer))
    }

    private func change(
        _ call: Call,
        _ change: ChangeCart.Change,
        key: IdempotencyKey? = nil
    ) async throws(Problem) -> Response {
        let command = ChangeCart(
            try call.id(Cart.self, "cart"),
            change,
            expectedVersion: try call.expectedVersion(),
            bounds: bounds(of: call),
            authority: call.authority
        )
        let result = try await shop.commit(command, key: key)
        return answer(result.outcome).replayed(result.replayed)
    }

    /// The cart with names and current prices; a line that cannot be ordered now has no price.
    private func answer(_ cart: Cart, status: HTTPResponse.Status = .ok) -> Response {
        let listed = shop.storefront.products(cart.lines.map(\.sku))
        var prices: [SKU: Money] = [:]
        for (line, product) in zip(cart.lines, listed) {
            if let offer = product?.product.offer, offer.active { prices[line.sku] = offer.price(in: cart.currency) }
        }
        var json = JSONWriter()
        json.object { json in
            json.member("id", cart.id)
            json.member("state", cart.state.name)
            json.member("currency", cart.currency.code)
            json.member("customer", cart.customer)
            json.key("lines")
            json.array { json in
                for (line, product) in zip(cart.lines, listed) {
                    json.object { json in
                        json.member("sku", line.sku.description)
                        json.member("name", product?.product.offer.name)
                        json.member("quantity", line.quantity)
                        guard let price = prices[line.sku] else { return }
                        json.member("unitPrice", price)
                        let (amount, overflow) = price.amount.multipliedReportingOverflow(by: line.quantity)
                        guard !overflow, amount <= OrderLimits.maxAmount else { return }
                        json.member("total", Money(amount, cart.currency))
                    }
                }
            }
            if let total = cart.worth({ prices[$0] }) { json.member("total", total) }
            json.member("order", cart.order)
            json.member("expiresAt", cart.expiresAt)
            json.member("createdAt", cart.createdAt)
            json.member("updatedAt", cart.updatedAt)
            json.member("version", cart.version)
        }
        return .json(json.bytes, status: status, version: cart.version)
    }
}

extension Call {
    /// The carts that the sender may use.
    fileprivate var authority: Authority { principal.authority(.ordersWrite, .customersWrite) }
}

extension JSONReader {
    /// Reads an object with exactly one member.
    mutating func member<Value>(
        _ name: String,
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        var value: Value?
        try object { (json, member) throws(JSONError) in
            guard member == name else { throw json.unknown(member) }
            value = try read(&json)
        }
        return try required(value, name)
    }
}
