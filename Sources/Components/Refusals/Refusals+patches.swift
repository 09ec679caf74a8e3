import API
import Trading

extension ProductPatchRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .lacks(let member):
            .invalid("/\(member)", "required", "the product is new, and a new product needs a name and prices")
        case .noPrice:
            .invalid("/priceChanges", "required", "a product has one price at least; active: false takes it off sale")
        case .tooMany(let member, let limit): .invalid("/\(member)", "too_many", "there would be more than \(limit)")
        }
    }
}
