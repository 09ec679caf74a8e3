/// The category of a row of the source.
enum ReplayCategory: Int, CaseIterable {
    case sale
    case returned
    case credit
    case adjustment
    case receipt
    case writeOff
    case trifle
    case exception

    /// The name in reports.
    var name: String {
        switch self {
        case .sale: "sale lines"
        case .returned: "return lines"
        case .credit: "credits"
        case .adjustment: "adjustments"
        case .receipt: "receipts"
        case .writeOff: "write-offs"
        case .trifle: "below 0.01"
        case .exception: "exceptions"
        }
    }
}

/// Rows, units and money; money in millionths, signed as the shop sees it (a return is negative).
struct ReplayFigures: Equatable {
    var rows = 0
    var units: Int128 = 0
    var money: Int128 = 0

    static func += (left: inout Self, right: Self) {
        left.rows += right.rows
        left.units += right.units
        left.money += right.money
    }
}

/// Figures by category and country: one filled from the source, one from the server's answers.
struct ReplayTally: Equatable {
    private(set) var figures: [ReplayFigures]
    private(set) var orders: [Int]
    let countries: Int

    init(countries: Int) {
        self.countries = countries
        figures = Array(repeating: ReplayFigures(), count: countries * ReplayCategory.allCases.count)
        orders = Array(repeating: 0, count: countries)
    }

    mutating func add(_ category: ReplayCategory, country: Int32, rows: Int, units: Int128, money: Int128 = 0) {
        let index = category.rawValue * countries + Int(country)
        figures[index] += ReplayFigures(rows: rows, units: units, money: money)
    }

    mutating func noteOrder(country: Int32) {
        orders[Int(country)] += 1
    }

    mutating func merge(_ other: Self) {
        for index in figures.indices { figures[index] += other.figures[index] }
        for index in orders.indices { orders[index] += other.orders[index] }
    }

    func total(_ category: ReplayCategory) -> ReplayFigures {
        var sum = ReplayFigures()
        for country in 0..<countries { sum += figures[category.rawValue * countries + country] }
        return sum
    }

    func figures(_ category: ReplayCategory, country: Int) -> ReplayFigures {
        figures[category.rawValue * countries + country]
    }

    func total(country: Int) -> ReplayFigures {
        var sum = ReplayFigures()
        for category in ReplayCategory.allCases { sum += figures[category.rawValue * countries + country] }
        return sum
    }

    var rows: Int { figures.reduce(0) { $0 + $1.rows } }
    var units: Int128 { figures.reduce(0) { $0 + $1.units } }
    var net: Int128 { figures.reduce(0) { $0 + $1.money } }
}
