import ForeignFiles

/// The reconciliation of a replay: the source compared with the server.
package struct ReplayReport: Sendable {
    /// Source and server side by side, for one category or one country.
    ///
    /// Money is in millionths.
    package struct Line: Sendable, Equatable {
        /// Category or country.
        package var name: String
        /// Orders; zero where the line is not about sales.
        package var orders: (source: Int, server: Int)
        /// Rows of the source.
        package var rows: (source: Int, server: Int)
        /// Units, signed as in the source.
        package var units: (source: Int128, server: Int128)
        /// Money, signed as the shop sees it.
        package var money: (source: Int128, server: Int128)
        /// The part of the source that is worth less than the smallest coin, row by row, so that no server can hold it.
        package var trifles: (rows: Int, units: Int128, money: Int128)

        /// Whether both sides are equal, apart from trifles.
        package var isEqual: Bool {
            orders.source == orders.server && rows.source == rows.server + trifles.rows
                && units.source == units.server + trifles.units && money.source == money.server + trifles.money
        }

        /// Compares all members.
        package static func == (left: Self, right: Self) -> Bool {
            left.name == right.name && left.orders == right.orders && left.rows == right.rows
                && left.units == right.units && left.money == right.money && left.trifles == right.trifles
        }
    }

    /// Eight hexadecimal digits that name the source.
    package let digest: String
    /// Currency of all money.
    package let currency: String
    /// Rows of the source, the header not counted.
    package let sourceRows: Int
    /// One line for each category.
    package let categories: [Line]
    /// One line for each country, the one with most rows first.
    package let countries: [Line]
    /// The totals.
    package let total: Line
    /// Rows that could not be read; each is among the exceptions, and its value is in no sum.
    package let unreadableRows: Int
    /// Rows that could not be replayed, trifles among them; all others are a difference, since the server does not hold them.
    package let exceptions: [ReplayException]
    /// The server's refusals.
    package let refusals: [ReplayRefusal]
    /// Requests sent, without retries and reading back.
    package let requests: Int
    /// Answers that the server repeated from its records.
    package let replayed: Int
    /// The payments and parcels, as planned and as the server holds them; empty where there are none, and where nothing was read
    /// back.
    package let settlement: [Line]
    /// The sum of all debits and of all credits in the server's books, in millionths, by currency.
    package let books: [(currency: String, debits: Int128, credits: Int128)]
    /// Differences found by reading back; nil when nothing was read back.
    package let holdingDifferences: [String]?
    /// Time to read and plan the file.
    package let planning: Duration
    /// Time from the first request to the last.
    package let driving: Duration
    /// Time to read back.
    package let verifying: Duration
    private let unplanned: Int

    private let steps: Int
    private let settles: Bool

    /// Whether there was something to replay, every row was readable and is accounted for, and both sides are equal.
    ///
    /// A check of nothing does not pass: without a row, a step, or books where money was moved, nothing was reconciled.
    package var isReconciled: Bool {
        sourceRows > 0 && steps > 0 && unreadableRows == 0 && hasBooks && unaccountedRows == 0 && total.isEqual
            && categories.allSatisfy(\.isEqual) && countries.allSatisfy(\.isEqual)
            && refusals.isEmpty && (holdingDifferences ?? []).isEmpty && settlement.allSatisfy(\.isEqual)
            && books.allSatisfy { $0.debits == $0.credits }
    }

    /// Whether the books were read, where that was required.
    private var hasBooks: Bool { !settles || holdingDifferences == nil || !(books.isEmpty || settlement.isEmpty) }

    /// Rows of the source that neither the server acknowledged nor the exceptions list.
    package var unaccountedRows: Int { unplanned + max(0, total.rows.source - total.rows.server - exceptions.count) }

    /// Rows worth less than the smallest coin.
    package var trifleRows: Int { total.trifles.rows }

    /// The exit code of a process: 0 when reconciled, else 1.
    package var exitCode: Int32 { isReconciled ? 0 : 1 }

    init(
        _ plan: ReplayPlan,
        _ log: WorkerLog,
        _ holdings: ReplayHoldings?,
        _ options: ReplayOptions,
        planning: Duration,
        driving: Duration,
        verifying: Duration
    ) {
        // Answers only: a row without a request is not on the server.
        let server = log.tally
        digest = plan.table.digest
        currency = options.currency
        sourceRows = plan.table.rows.count
        categories = ReplayCategory.allCases.map { category in
            let isSale = category == .sale
            return Self.line(
                category.name,
                isSale ? plan.source.orders.reduce(0, +) : 0,
                isSale ? server.orders.reduce(0, +) : 0,
                plan.source.total(category),
                server.total(category),
                category == .trifle ? plan.source.total(category) : ReplayFigures()
            )
        }
        countries = Self.countries(plan, server)
        total = Self.line(
            "all",
            plan.source.orders.reduce(0, +),
            server.orders.reduce(0, +),
            ReplayFigures(rows: plan.source.rows, units: plan.source.units, money: plan.source.net),
            ReplayFigures(rows: server.rows, units: server.units, money: server.net),
            plan.source.total(.trifle)
        )
        exceptions = plan.exceptions
        refusals = log.refusals.sorted { $0.line < $1.line }
        requests = log.requests
        replayed = log.replayed
        holdingDifferences = holdings.map { Self.differences(ReplayHoldings(plan), $0) }
        settlement = holdings?.settlement.map { Self.settlement(ReplaySettlement(plan, options), $0) } ?? []
        books = (holdings?.books ?? []).map { books in
            let scale = RetailBounds.millionthsInMinor
            return (books.currency, books.debits * scale, books.credits * scale)
        }
        unplanned = plan.unaccounted
        unreadableRows = plan.table.unreadableRows
        steps = plan.stepCount
        settles = options.settles && !plan.orders.isEmpty
        self.planning = planning
        self.driving = driving
        self.verifying = verifying
    }

    private static func settlement(_ wanted: ReplaySettlement, _ found: ReplaySettlement) -> [Line] {
        func line(_ name: String, _ member: KeyPath<ReplaySettlement, VerifiedCount>) -> Line {
            let (wanted, found) = (wanted[keyPath: member], found[keyPath: member])
            let none = ReplayFigures()
            var line = Self.line(name, wanted.count, found.count, none, none)
            line.money.source = wanted.money * RetailBounds.millionthsInMinor
            line.money.server = found.money * RetailBounds.millionthsInMinor
            return line
        }
        return [
            line("charged", \.charged), line("captured", \.captured), line("refunded", \.refunded),
            line("delivered", \.delivered),
        ]
    }

    private static func countries(_ plan: ReplayPlan, _ server: ReplayTally) -> [Line] {
        var lines = plan.table.countries.indices.map { index in
            line(
                plan.table.countries[index],
                plan.source.orders[index],
                server.orders[index],
                plan.source.total(country: index),
                server.total(country: index),
                plan.source.figures(.trifle, country: index)
            )
        }
        lines.sort { ($1.rows.source, $0.name) < ($0.rows.source, $1.name) }
        return lines
    }

    private static func line(
        _ name: String,
        _ sourceOrders: Int,
        _ serverOrders: Int,
        _ source: ReplayFigures,
        _ server: ReplayFigures,
        _ trifles: ReplayFigures = ReplayFigures()
    ) -> Line {
        Line(
            name: name,
            orders: (sourceOrders, serverOrders),
            rows: (source.rows, server.rows),
            units: (source.units, server.units),
            money: (source.money, server.money),
            trifles: (trifles.rows, trifles.units, trifles.money)
        )
    }

    private static func differences(_ wanted: ReplayHoldings, _ found: ReplayHoldings) -> [String] {
        var differences: [String] = []
        func compare(_ name: String, _ left: VerifiedCount, _ right: VerifiedCount) {
            guard left != right else { return }
            let money = [left, right].map { ExactDecimal.format($0.money * RetailBounds.millionthsInMinor) }
            differences.append(
                "\(name): \(left.count) of \(money[0]) wanted, the server holds \(right.count) of \(money[1])"
            )
        }
        compare("orders", wanted.orders, found.orders)
        compare("returns", wanted.returns, found.returns)
        compare("credits", wanted.credits, found.credits)
        compare("adjustments", wanted.adjustments, found.adjustments)
        if wanted.lines != found.lines {
            differences.append("order lines: \(wanted.lines) wanted, the server holds \(found.lines)")
        }
        return differences
    }
}
