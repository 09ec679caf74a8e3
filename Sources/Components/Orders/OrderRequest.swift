import API
import JSON
import Ledger
import Trading

/// The body of an order or a quote.
struct OrderRequest {
    var source: PlaceOrder.Source
    var customer: OrderCustomer?
    var shipTo: [String: String]?
    var payment = PaymentInput.manual
    var expectedTotal: Money?
    var reference: String?
    var metadata: [String: String] = [:]
    var statesPrices: Bool

    /// Reads it; an order has either lines and a currency, or a cart.
    init(from json: inout JSONReader) throws(JSONError) {
        var lines: [OrderRequestLine]?
        var currency: Currency?
        var cart: ID<Cart>?
        var customer: OrderCustomer?
        var shipTo: [String: String]?
        var payment = PaymentInput.manual
        var expected: ExpectedTotal?
        var reference: String?
        var metadata: [String: String] = [:]
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "lines":
                lines = try json.list(OrderLimits.maxLines) { (json) throws(JSONError) in
                    try json.orderLine()
                }
            case "currency": currency = try json.currency()
            case "cart": cart = try json.id(Cart.self)
            case "customer": customer = try json.orderCustomer()
            case "shipTo": shipTo = try json.address()
            case "payment": payment = try PaymentInput(from: &json)
            case "expectedTotal": expected = try ExpectedTotal(from: &json)
            case "reference": reference = try json.optionalKey(Bounds.reference)
            case "metadata": metadata = try json.members()
            default: throw json.unknown(member)
            }
        }
        if let cart {
            guard lines == nil else {
                throw JSONError(code: .invalidValue, pointer: "/lines", detail: "either lines or a cart", offset: 0)
            }
            source = .cart(cart)
            expectedTotal = try expected?.money(in: currency)
        } else {
            guard let lines else { throw json.missing("lines") }
            guard !lines.isEmpty else {
                throw JSONError(code: .outOfRange, pointer: "/lines", detail: "at least one line", offset: 0)
            }
            let currency = try json.required(currency, "currency")
            source = .lines(lines, currency)
            expectedTotal = try expected?.money(in: currency)
        }
        statesPrices = lines?.contains { $0.unitPrice != nil } ?? false
        self.customer = customer
        self.shipTo = shipTo
        self.payment = payment
        self.reference = reference
        self.metadata = metadata
    }

    /// The command for this sender; an order by a customer's token belongs to that customer.
    ///
    /// Without a key that has `orders:write` the reservation is shorter, and the order counts towards the client's limit of
    /// unpaid units: by its address and by its buyer. A key without that scope counts like no key.
    func command(for shop: Shop, _ call: Call) -> PlaceOrder {
        let authority = call.principal.authority(.ordersWrite, .customersWrite)
        let isGuest = !call.principal.may(.ordersWrite)
        var customer = customer
        if let own = authority.provedCustomer, customer?.id == nil {
            customer = customer ?? OrderCustomer()
            customer?.id = own
        }
        return PlaceOrder(
            source: source,
            customer: customer,
            shipTo: shipTo,
            payment: payment.choice(shop.secrets),
            terms: shop.payments.terms,
            expectedTotal: expectedTotal,
            ceiling: shop.settings.orderCeiling,
            reference: reference,
            references: shop.settings.uniqueReferences
                ? .unique(tellsOrder: call.principal.may(.ordersRead)) : .shared,
            metadata: metadata,
            holdSeconds: isGuest
                ? min(shop.settings.guestReservationSeconds, shop.settings.reservationSeconds)
                : shop.settings.reservationSeconds,
            authority: authority,
            spending: call.principal.authority(.paymentsWrite),
            client: isGuest
                ? shop.secrets.unpaidClient(
                    address: call.client,
                    customer: customer?.id,
                    email: customer?.email
                ) : nil,
            limits: shop.settings.unpaidLimits
        )
    }
}

/// The total that the buyer expects: an amount with its currency, or minor units of the order's currency.
private enum ExpectedTotal {
    case money(Money)
    case minorUnits(Int64)

    init(from json: inout JSONReader) throws(JSONError) {
        if try json.peek() == .number {
            self = .minorUnits(try json.int64(in: Bounds.price))
        } else {
            self = .money(try json.money(in: Bounds.price))
        }
    }

    func money(in currency: Currency?) throws(JSONError) -> Money {
        switch self {
        case .money(let money):
            return money
        case .minorUnits(let amount):
            guard let currency else {
                throw JSONError(
                    code: .invalidValue,
                    pointer: "/expectedTotal",
                    detail: "an amount with its currency, as the order names none",
                    offset: 0
                )
            }
            return Money(amount, currency)
        }
    }
}
