import Testing
import Trading

@Suite("Carts")
struct CartTests {
    private static let now = Timestamp(milliseconds: 1_795_000_000_000)

    @Test("a SKU stands in a cart once: adding sums, setting replaces, setting none takes it out")
    func lines() throws {
        var cart = Self.cart(1)
        try cart.add(Self.sku("A"), 2)
        try cart.add(Self.sku("B"), 1)
        try cart.add(Self.sku("A"), 3)
        #expect(cart.contents == ["A 5", "B 1"])
        try cart.set(Self.sku("A"), to: 1)
        try cart.set(Self.sku("B"), to: 0)
        try cart.set(Self.sku("C"), to: 0)
        #expect(cart.contents == ["A 1"])
    }

    @Test(
        "a line holds 1 to 1,000,000 units however they were put there",
        arguments: [(0, -1), (0, 1_000_001), (1, 1_000_000), (1_000_000, 1), (5, -1), (0, .max), (1, .max), (0, .min)]
            as [(Int64, Int64)]
    )
    func quantities(_ there: Int64, _ added: Int64) throws {
        var cart = Self.cart(1)
        if there > 0 { try cart.add(Self.sku("A"), there) }
        let before = cart
        #expect(throws: CartRefusal.quantityOutOfRange(index: 3)) { try cart.add(Self.sku("A"), added, index: 3) }
        #expect(cart == before)
        #expect(throws: CartRefusal.quantityOutOfRange(index: 3)) {
            try cart.set(Self.sku("A"), to: max(there, 1_000_000) + 1, index: 3)
        }
        #expect(cart == before)
    }

    @Test("adding no units is refused, unlike setting none")
    func addNothing() {
        var cart = Self.cart(1)
        #expect(throws: CartRefusal.quantityOutOfRange(index: 0)) { try cart.add(Self.sku("A"), 0) }
    }

    @Test("a full cart takes no new SKU but more of what it holds; quantity is refused before the number of lines")
    func lineLimit() throws {
        var cart = Self.cart(1)
        for number in 1...500 { try cart.add(Self.sku("S\(number)"), 1) }
        #expect(throws: CartRefusal.tooManyLines(limit: 500)) { try cart.add(Self.sku("NEW"), 1) }
        #expect(throws: CartRefusal.quantityOutOfRange(index: 0)) { try cart.add(Self.sku("NEW"), 1_000_001) }
        try cart.add(Self.sku("S7"), 1)
        #expect(cart.lines.count == 500)
    }

    @Test("merging keeps the larger quantity, the order of the lines, and a customer")
    func merging() throws {
        var cart = Self.cart(1)
        try cart.add(Self.sku("A"), 2)
        try cart.add(Self.sku("B"), 5)
        var other = Self.cart(2, customer: ID(high: 9, low: 9))
        try other.add(Self.sku("B"), 3)
        try other.add(Self.sku("C"), 1)
        try other.add(Self.sku("A"), 4)
        try cart.merge(other)
        #expect(cart.contents == ["A 4", "B 5", "C 1"])
        #expect(cart.customer == ID(high: 9, low: 9))
        var owned = Self.cart(3, customer: ID(high: 8, low: 8))
        try owned.merge(other)
        #expect(owned.customer == ID(high: 8, low: 8))
    }

    @Test("a cart is not merged with itself, with one that is closed, or with one in another currency")
    func cannotMerge() {
        var cart = Self.cart(1)
        let others = [
            Self.cart(1), Self.cart(2, state: .ordered), Self.cart(2, state: .merged), Self.cart(2, currency: .eur),
        ]
        for other in others { #expect(throws: CartRefusal.cannotMerge) { try cart.merge(other) } }
        #expect(cart == Self.cart(1))
    }

    @Test("merging does not pass the limits of a cart")
    func mergeLimit() throws {
        var cart = Self.cart(1)
        for number in 1...500 { try cart.add(Self.sku("S\(number)"), 1) }
        var other = Self.cart(2)
        try other.add(Self.sku("S1"), 1_000_000)
        try cart.merge(other)
        try other.add(Self.sku("NEW"), 1)
        #expect(throws: CartRefusal.tooManyLines(limit: 500)) { try cart.merge(other) }
    }

    @Test("a cart whose time ran out is not there; one that was used says what became of it")
    func open() throws {
        try Self.cart(1).checkOpen(at: Self.now)
        let end = Self.now.adding(seconds: 60)
        #expect(throws: CartRefusal.notFound) { try Self.cart(1).checkOpen(at: end) }
        for state in [CartState.ordered, .merged] {
            #expect(throws: CartRefusal.closed(state)) { try Self.cart(1, state: state).checkOpen(at: Self.now) }
            #expect(throws: CartRefusal.closed(state)) { try Self.cart(1, state: state).checkOpen(at: end) }
        }
    }

    @Test("using a cart counts its version and lets it live on")
    func touch() {
        var cart = Self.cart(1)
        cart.touch(at: Self.now.adding(seconds: 30), lifetimeSeconds: 60)
        #expect(cart.version == 2)
        #expect(cart.expiresAt == Self.now.adding(seconds: 90))
        #expect(cart.updatedAt == Self.now.adding(seconds: 30))
        #expect(cart.createdAt == Self.now)
    }

    private static func sku(_ text: String) -> SKU { SKU(stored: text) }

    private static func cart(
        _ number: UInt64,
        currency: Currency = .gbp,
        customer: ID<Customer>? = nil,
        state: CartState = .open
    ) -> Cart {
        Cart(
            id: ID(high: 0, low: number),
            currency: currency,
            customer: customer,
            state: state,
            expiresAt: now.adding(seconds: 60),
            createdAt: now,
            updatedAt: now
        )
    }
}

extension Cart {
    fileprivate var contents: [String] { lines.map { "\($0.sku) \($0.quantity)" } }
}
