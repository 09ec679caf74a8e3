import Spelling
import Testing

@Suite("What was meant by a mistyped word")
struct SpellingTests {
    private static let commands = ["up", "status", "restart", "serve", "keys", "import", "replay", "audit", "books"]
    private static let settings = ["ledger.max-batch", "ledger.max-queue", "http.idle-timeout", "payments.stripe.key"]

    @Test(
        "a letter too many, missing, wrong or in its neighbour's place is seen through",
        arguments: [
            ("statuss", "status"), ("statu", "status"), ("stetus", "status"), ("sttaus", "status"),
            ("RESTART", "restart"), ("key", "keys"), ("imprt", "import"), ("book", "books"),
        ]
    )
    func commands(_ given: String, _ meant: String) {
        #expect(SpellingSuggestion.closest(to: given, in: Self.commands) == meant)
    }

    @Test(
        "marks between words do not count, and the end of a name is enough",
        arguments: [
            ("ledger.max_batch", "ledger.max-batch"), ("ledger.maxbatch", "ledger.max-batch"),
            ("max-batch", "ledger.max-batch"), ("http.idle-timeuot", "http.idle-timeout"),
            ("stripe.key", "payments.stripe.key"),
        ]
    )
    func settings(_ given: String, _ meant: String) {
        #expect(SpellingSuggestion.closest(to: given, in: Self.settings) == meant)
    }

    @Test(
        "a word that is like none is given no hint",
        arguments: ["", "frobnicate", "xx", "---", String(repeating: "a", count: 1000)]
    )
    func none(_ given: String) {
        #expect(SpellingSuggestion.closest(to: given, in: Self.commands) == nil)
        #expect(SpellingSuggestion.hint(for: given, in: Self.commands).isEmpty)
    }

    @Test("of several that are close the closest is named")
    func closest() {
        #expect(SpellingSuggestion.closest(to: "ledger.max-queu", in: Self.settings) == "ledger.max-queue")
        #expect(SpellingSuggestion.hint(for: "auditt", in: Self.commands) == "; did you mean audit?")
    }
}
