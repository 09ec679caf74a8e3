import Resilience
import Synchronization
import Testing

/// A word store that no other process shares.
private final class OwnWords: WordStore {
    private let words: Mutex<[UInt64]>
    let count: Int

    init(_ count: Int) {
        self.count = count
        words = Mutex(Array(repeating: 0, count: count))
    }

    subscript(index: Int) -> UInt64 {
        get { words.withLock { $0[index] } }
        set { words.withLock { $0[index] = newValue } }
    }
}

private func request(_ parts: String...) -> RequestPrint {
    var print = RequestPrint()
    for part in parts { print.add(part) }
    return print
}

@Suite("The print of a request")
struct RequestPrintTests {
    @Test("is the same for the same parts, and another one where a part, or its end, is another")
    func tells() {
        #expect(request("GET", "/v1/products") == request("GET", "/v1/products"))
        let others = [
            request(), request(""), request("GET"), request("GET/v1/products"), request("GET/", "v1/products"),
            request("GET", "/v1/product"), request("GET", "/v1/products", ""), request("/v1/products", "GET"),
        ]
        #expect(Set(others + [request("GET", "/v1/products")]).count == others.count + 1)
    }

    @Test("hardly ever is that of another request")
    func collides() {
        let prints = Set((0..<200_000).map { request("POST", "/v1/orders", #"{"cart":"cart_\#($0)"}"#) })
        #expect(prints.count == 200_000)
        // Each set of a list gets its share of the entries.
        let sets = Dictionary(grouping: prints) { $0.value % 512 }.mapValues(\.count)
        #expect(sets.count == 512)
        #expect(
            sets.values.allSatisfy { (250...550).contains($0) },
            "\(sets.values.min() ?? 0) \(sets.values.max() ?? 0)"
        )
    }
}

@Suite("The list of suspects")
struct SuspectListTests {
    private let list = SuspectList(OwnWords(SuspectList.words))
    private let poison = request("GET", "/poison")

    @Test("refuses what was under way at three ends, and nothing else")
    func refuses() {
        for end in 1...2 {
            #expect(!list.strike(poison, at: 100))
            #expect(!list.isRefused(poison, at: 100), "after \(end)")
        }
        #expect(list.strike(poison, at: 100))
        #expect(list.isRefused(poison, at: 100))
        #expect(list.isRefused(poison, at: 100 + SuspectList.term - 1))
        #expect(!list.isRefused(request("GET", "/other"), at: 100))
    }

    @Test("forgets what was answered")
    func clears() {
        for _ in 1...2 { _ = list.strike(poison, at: 100) }
        list.clear(poison)
        list.clear(request("GET", "/other"))
        for _ in 1...2 { #expect(!list.strike(poison, at: 101)) }
        #expect(list.strike(poison, at: 101))
    }

    @Test("suspects nobody once it is cleared")
    func clearsAll() {
        for _ in 1...3 { _ = list.strike(poison, at: 100) }
        list.clearAll()
        #expect(!list.isRefused(poison, at: 100))
        #expect(!list.strike(poison, at: 101))
    }

    @Test("tries once more when the term is over, and one more end is enough")
    func halfOpens() {
        for _ in 1...3 { _ = list.strike(poison, at: 100) }
        let later = 100 + SuspectList.term
        #expect(!list.isRefused(poison, at: later))
        #expect(list.strike(poison, at: later))
        #expect(list.isRefused(poison, at: later + 1))
    }

    @Test("does not add up what lies long apart")
    func forgets() {
        for round in 0..<10 as Range<UInt64> { #expect(!list.strike(poison, at: 100 + round * SuspectList.term)) }
    }

    @Test("keeps those that are suspected most when there are too many")
    func keeps() {
        for _ in 1...3 { _ = list.strike(poison, at: 100) }
        for number in 0..<100_000 { #expect(!list.strike(request("POST", "/v1/orders", "\(number)"), at: 101)) }
        #expect(list.isRefused(poison, at: 102))
        // The latest entry gets a place as well.
        let latest = request("POST", "/v1/orders", "latest")
        for _ in 1...2 { #expect(!list.strike(latest, at: 103)) }
        #expect(list.strike(latest, at: 103))
    }
}

@Suite("The quarantine")
struct QuarantineTests {
    private let underWay = OwnWords(4)
    private let suspects = SuspectList(OwnWords(SuspectList.words))
    private var quarantine: Quarantine { Quarantine(underWay: underWay, suspects: suspects) { 100 } }
    private let poison = request("GET", "/poison")

    @Test("what is under way stands there until it is answered")
    func writesDown() {
        let quarantine = quarantine
        let (one, two) = (quarantine.enter(), quarantine.enter())
        #expect(Quarantine.left(in: underWay).isEmpty, "of which nothing is known yet")
        #expect(one.admits(poison))
        #expect(two.admits(request("GET", "/")))
        #expect(Quarantine.left(in: underWay) == [poison, request("GET", "/")])
        two.leave()
        #expect(Quarantine.left(in: underWay) == [poison])
        one.leave()
        #expect(Quarantine.left(in: underWay).isEmpty)
    }

    @Test("a request that is answered is suspected no more; one that is refused still is")
    func clears() {
        let quarantine = quarantine
        for _ in 1...2 { _ = suspects.strike(poison, at: 100) }
        let answered = quarantine.enter()
        #expect(answered.admits(poison))
        answered.leave()
        for _ in 1...3 { _ = suspects.strike(poison, at: 100) }
        for _ in 1...10 {
            let refused = quarantine.enter()
            #expect(!refused.admits(poison))
            refused.leave()
        }
        #expect(Quarantine.left(in: underWay).isEmpty)
    }

    @Test("more than can be written down are handled, but for those that are refused")
    func overflows() {
        let quarantine = quarantine
        let stays = (0..<10).map { number in
            let stay = quarantine.enter()
            #expect(stay.admits(request("GET", "/\(number)")))
            return stay
        }
        #expect(Quarantine.left(in: underWay).count == 4)
        for _ in 1...3 { _ = suspects.strike(poison, at: 100) }
        #expect(!quarantine.enter().admits(poison))
        for stay in stays { stay.leave() }
        #expect(Quarantine.left(in: underWay).isEmpty)
    }
}
