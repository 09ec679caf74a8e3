import Ledger
import Testing
import Trading

@testable import Auditing

@Suite("The trial balance")
struct BooksReportTests {
    private let pounds = AuditShop.gbp

    private func report(_ amounts: [Account: Int64]) -> BooksReport {
        let lines = amounts.sorted { $0.key.number < $1.key.number }
            .map { BooksLine(account: $0.key, balance: Money($0.value, pounds)) }
        return BooksReport(lines: lines, entries: [], order: nil)
    }

    @Test("sums that agree only modulo 2^64 are not balanced, and are told in full")
    func wrapping() {
        let wrapped = report([.receivable: .max, .revenue: .max, .bank: 2])
        #expect(!wrapped.isBalanced)
        #expect(wrapped.text.contains("184467440737095516.16"))
        #expect(wrapped.text.hasSuffix("NOT balanced\n"))
        let least = report([.receivable: .max, .revenue: .min, .bank: 1])
        #expect(least.isBalanced)
        #expect(least.text.contains("92233720368547758.08"))
    }

    @Test("large sums stay in columns of their own")
    func columns() {
        let text = report([.receivable: .max, .bank: .max, .revenue: .min]).text
        for line in text.split(separator: "\n").dropLast() {
            #expect(!line.contains(/[0-9]{2}[0-9]{15,}\.[0-9]{2}[0-9]/), "\(line)")
            #expect(line.split(separator: " ").count >= 2, "\(line)")
        }
        let total = text.split(separator: "\n").first { $0.hasPrefix("total") }
        #expect(total?.split(separator: " ") == ["total", "184467440737095516.14", "92233720368547758.08"], "\(text)")
    }

    @Test("a small sum is told with its noughts")
    func small() {
        #expect(report([.bank: 5, .revenue: -5]).text.contains("0.05"))
    }
}
