// The plan of a replay, made before the first request: rows become orders, returns, credits, adjustments and stock movements. The
// plan is a pure function of the file, so a second run sends exactly the same requests under the same idempotency keys.

/// One line of a planned order.
struct PlannedLine {
    var row: Int32
    var code: Int32
    var quantity: Int64
    /// Price of a unit in minor units.
    var price: Int64
    /// Units taken back by the planned returns so far.
    var returned: Int64 = 0
}

/// The rows of one invoice that one customer bought, as one order.
struct PlannedOrder {
    var invoice: Int32
    /// 1, or more where an invoice needs several orders: for several customers, or more lines than an order may have.
    var part: Int
    var customer: Int32
    var country: Int32
    /// Index of the first row, which gives the order its place and time.
    var firstRow: Int
    /// The range of its lines in the plan's list.
    var lines: Range<Int>
    /// Minor units.
    var total: Int64 = 0
}

/// Units of one order line to return.
struct PlannedReturnLine {
    /// Number of the order's line, from 1.
    var line: Int
    var quantity: Int64
}

/// The units of one order that a `C` invoice returns.
struct PlannedReturn {
    var order: Int
    var invoice: Int32
    var part: Int
    var country: Int32
    var firstRow: Int
    var lines: [PlannedReturnLine] = []
    /// Rows of the source that are accounted for by this return.
    var rows = 0
    /// Minor units.
    var total: Int64 = 0
    var units: Int64 = 0
}

/// A credit or correction that belongs to no order.
struct PlannedCredit {
    enum Kind {
        case credit
        case adjustment
    }
    var kind: Kind
    var row: Int
    /// Minor units: positive for a credit, signed for an adjustment.
    var amount: Int64
    /// Units of the row that the credit stands for.
    var units: Int64
    /// One, or none where a return already accounts for the row.
    var rows: Int
}

/// Goods that came in or left without a price.
struct PlannedMovement {
    var row: Int
    /// Units, signed.
    var delta: Int64
}

/// A row that cannot be replayed.
package struct ReplayException: Sendable, Equatable {
    /// Line of the file, from 1.
    package var line: Int
    /// Invoice and stock code as the source has them.
    package var invoice: String
    /// Stock code as the source has it.
    package var code: String
    /// Country as the source has it.
    package var country: String
    /// Units as far as they could be read.
    package var quantity: Int64
    /// Quantity × price in millionths.
    package var amount: Int128
    /// Whether it is worth less than the smallest coin, so that a shop can hold everything else exactly.
    package var isTrifle: Bool
    /// Why it cannot be replayed.
    package var reason: String
}

/// One request or chain of requests, in the order of the source.
enum ReplayStep {
    case order(Int)
    case giveBack(Int)
    case credit(Int)
    case movement(Int)
}

/// A product in the rows.
struct PlannedProduct {
    var code: Int32
    var sku: String
    var name: String
    /// Minor units, at least 1.
    var price: Int64
    /// Units that leave in all; the opening stock must cover them, whatever the order of requests.
    var outgoing: Int64
}

/// All requests of a replay, and the sums that the source demands.
package struct ReplayPlan: Sendable {
    let table: RetailTable
    var products: [PlannedProduct] = []
    var lines: [PlannedLine] = []
    var orders: [PlannedOrder] = []
    var returns: [PlannedReturn] = []
    var credits: [PlannedCredit] = []
    var movements: [PlannedMovement] = []
    var steps: [ReplayStep] = []
    /// Rows that cannot be replayed, in the order of the file.
    package var exceptions: [ReplayException] = []
    /// The sums of the rows, by category and country.
    var source: ReplayTally
    /// Rows without a category; not zero only if the planner is wrong.
    var unaccounted = 0

    /// Number of steps: orders, returns, credits, adjustments and movements.
    package var stepCount: Int { steps.count }
    /// Σ quantity × price of all rows, in millionths.
    package var net: Int128 { source.net }
    /// Rows with a category.
    package var accounted: Int { source.rows }

    /// Plans a table; cost is linear in its rows, about half a second for a year of a shop.
    package init(_ table: RetailTable) {
        self.table = table
        source = ReplayTally(countries: table.countries.count)
        var planner = ReplayPlanner(table)
        planner.run()
        products = planner.catalogue.products(table)
        lines = planner.lines
        orders = planner.orders
        returns = planner.returns
        credits = planner.credits
        movements = planner.movements
        exceptions = planner.exceptions
        source = planner.source
        unaccounted = table.rows.count - planner.source.rows
        steps = ordered(planner)
    }

    /// Orders steps by their first rows.
    ///
    /// A return then always comes after its order, so workers can wait for each other without a cycle.
    private func ordered(_ planner: ReplayPlanner) -> [ReplayStep] {
        var placed: [(row: Int, step: ReplayStep)] = []
        placed += planner.orders.enumerated().map { ($1.firstRow, .order($0)) }
        placed += planner.returns.enumerated().map { ($1.firstRow, .giveBack($0)) }
        placed += planner.credits.enumerated().map { ($1.row, .credit($0)) }
        placed += planner.movements.enumerated().map { ($1.row, .movement($0)) }
        return placed.sorted { $0.row < $1.row }.map(\.step)
    }

    /// Source seconds at which a step happened.
    func seconds(of step: ReplayStep) -> Int64 {
        switch step {
        case .order(let index): table.rows[orders[index].firstRow].seconds
        case .giveBack(let index): table.rows[returns[index].firstRow].seconds
        case .credit(let index): table.rows[credits[index].row].seconds
        case .movement(let index): table.rows[movements[index].row].seconds
        }
    }
}
