import Trading

/// All charges of the payment sandbox, and the actions on each.
struct ChargeBook: SandboxBook {
    /// All charges, oldest first.
    private(set) var charges: [Charge] = []
    private var places: [String: Int] = [:]
    private var placesByPayment: [String: [Int]] = [:]
    private var actions: [ChargeAction] = []
    private var authorisations: [String: Int] = [:]
    private var authorisationKeys: [String: String] = [:]
    private var keys = KeyTable<Int>()

    init() {}

    /// The charge with this id.
    func charge(_ id: String) -> Charge? {
        places[id].map { charges[$0] }
    }

    /// The charges of a payment, oldest first; several only if the shop made more than one.
    func charges(of payment: String) -> [Charge] {
        placesByPayment[payment, default: []].map { charges[$0] }
    }

    /// The action of a key, in its current state; nil for a new key.
    func earlier(_ key: RequestKey) throws(SandboxRefusal) -> ChargeAction? {
        try keys.earlier(key).map { actions[$0] }
    }

    /// The index of the first charge at or after a time.
    func firstPlace(from time: Timestamp) -> Int {
        var (low, high) = (0, charges.count)
        while low < high {
            let middle = (low + high) / 2
            if charges[middle].createdAt < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Charges with a capture or a refund in a span of time, at most `limit` of them, and where the next begin.
    func changed(from: Timestamp, to: Timestamp, after place: Int, limit: Int) -> ([Charge], Int?) {
        var found: [Charge] = []
        for index in charges.indices.dropFirst(place) {
            guard found.count < limit else { return (found, index) }
            let parts = charges[index].captures + charges[index].refunds
            if parts.contains(where: { $0.at >= from && $0.at < to }) { found.append(charges[index]) }
        }
        return (found, nil)
    }

    mutating func apply(_ entry: ChargeEntry) {
        switch entry {
        case .charged(let charge, let action, let key):
            places[charge.id] = charges.count
            placesByPayment[charge.payment, default: []].append(charges.count)
            authorisations[charge.id] = actions.count
            authorisationKeys[charge.id] = key.text
            charges.append(charge)
            if charge.state == .captured { capture(action, key.text, in: charges.count - 1) }
            note(action, key)
        case .acted(let action, let key):
            guard let place = places[action.charge] else { break }
            switch action.kind {
            case .capture: capture(action, key.text, in: place)
            case .refund:
                charges[place].refunds.append(
                    Charge.Part(id: action.id, amount: action.amount.amount, at: action.at, key: key.text)
                )
            case .void: void(place)
            case .authorise: break
            }
            note(action, key)
        case .settled(let id, let at, let fee):
            guard let place = places[id], charges[place].state == .pending, let index = authorisations[id] else {
                break
            }
            let capturesAtOnce = charges[place].capturesAtOnce
            charges[place].state = capturesAtOnce ? .captured : .authorised
            actions[index].state = charges[place].state
            actions[index].fee = fee
            if capturesAtOnce { capture(actions[index], authorisationKeys[id] ?? "", in: place, at: at) }
        }
    }

    /// The authorisation of a pending charge, once it is decided.
    func authorisation(of charge: String) -> ChargeAction? {
        authorisations[charge].map { actions[$0] }
    }

    private mutating func capture(_ action: ChargeAction, _ key: String, in place: Int, at time: Timestamp? = nil) {
        charges[place].state = .captured
        charges[place].fee += action.fee
        charges[place].captures.append(
            Charge.Part(id: action.id, amount: action.amount.amount, at: time ?? action.at, key: key)
        )
        let isWhole = charges[place].captured == charges[place].amount.amount
        if action.isFinal || isWhole { charges[place].isClosed = true }
    }

    private mutating func void(_ place: Int) {
        charges[place].isClosed = true
        guard charges[place].captures.isEmpty else { return }
        charges[place].state = .voided
        // A charge that was voided while pending no longer changes the answer to its key.
        if let index = authorisations[charges[place].id], actions[index].state == .pending {
            actions[index].state = .voided
        }
    }

    private mutating func note(_ action: ChargeAction, _ key: RequestKey) {
        keys.note(key, actions.count)
        actions.append(action)
    }
}
