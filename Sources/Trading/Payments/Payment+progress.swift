// What may be asked of a payment, and what an answer changes. Each function keeps what a payment promises: taken ≤ held, given
// back ≤ taken, and nothing asked for that an earlier open operation already uses up.

/// Why nothing was asked of a payment, in order of precedence.
public enum PaymentRefusal: Error, Hashable, Sendable {
    /// There is no such payment.
    case notFound
    /// Where it stands, it cannot be done.
    case wrongStatus(PaymentStatus)
    /// The order still needs what is held; cancel the order instead.
    case needed(OrderState)
    /// The amount is in another currency.
    case currencyMismatch(Currency)
    /// The provider counts the currency in steps of that.
    case notRepresentable(step: Money)
    /// The provider takes what it holds in one piece: a capture lets go of the rest, and one that says otherwise is none.
    case capturesOnce
    /// More than is left for this.
    case tooMuch(left: Money)
}

/// What the provider's answer changed.
public enum PaymentEffect: Hashable, Sendable {
    /// Nothing; it is tried again.
    case none
    /// The money is held; so many minor units of it were taken at once.
    case authorised(captured: Int64)
    /// There will be no money: the provider said no, or could not be reached.
    case declined(code: String)
    /// So many minor units were taken.
    case captured(Int64)
    /// So many minor units were given back.
    case refunded(Int64)
    /// So many minor units that were held were let go.
    case voided(Int64)
    /// So many minor units that had been given back came back to the shop: the refund failed after all.
    case refundFailed(Int64, code: String)
    /// So many minor units more were taken back by the customer's bank; below nothing, they were returned to the shop.
    case disputed(Int64)
    /// A capture, refund or void was refused for good; somebody has to look.
    case refused(PaymentOperation.Kind, code: String)
}

extension Payment {
    /// Asks for a part of what is held to be taken.
    public mutating func requestCapture(_ amount: Int64, isFinal: Bool) throws(PaymentRefusal) {
        guard status == .authorised || status == .partlyCaptured else { throw .wrongStatus(status) }
        try checkAmount(amount, left: capturable)
        add(.capture, amount, isFinal: isFinal)
    }

    /// Asks for a part of what was taken to be given back.
    ///
    /// Money that no provider moves is given back in the same moment: the effect says so.
    public mutating func requestRefund(
        _ amount: Int64,
        for takenBack: ID<Return>? = nil
    ) throws(PaymentRefusal) -> PaymentEffect {
        guard refundable > 0 else { throw .wrongStatus(status) }
        try checkAmount(amount, left: refundable)
        add(.refund, amount, for: takenBack)
        guard provider == nil else { return .none }
        return settle(operations.count - 1)
    }

    /// Asks for what is held to be let go; what was taken of it, or is about to be, stays taken.
    ///
    /// An authorisation that certainly never reached the provider is dropped; one that may have is let be, and undone once it
    /// turns out to have been done.
    public mutating func requestVoid() throws(PaymentRefusal) -> PaymentEffect {
        switch status {
        case .processing where operations[0].unresolved == 0:
            operations[0].state = .dropped
            token = nil
            return .voided(0)
        case .authorised where capturable > 0, .partlyCaptured where capturable > 0:
            add(.void, capturable)
            return .none
        case .awaited:
            add(.void, 0)
            return settle(operations.count - 1)
        default: throw .wrongStatus(status)
        }
    }

    /// Takes money that no provider moves: all of the amount, or so many minor units of it.
    @discardableResult
    public mutating func collect(_ part: Int64? = nil) -> PaymentEffect {
        let taken = part ?? amount.amount
        authorised += taken
        add(.capture, taken, isFinal: true)
        return settle(operations.count - 1)
    }

    /// Records what is known after a call for an operation.
    ///
    /// - Parameters:
    ///   - index: the operation that the call was for; it is the open one, or the answer is a late repeat and changes nothing.
    ///   - now: the time, by which an authorisation that never gets through is given up.
    public mutating func record(_ outcome: PaymentOutcome, for index: Int, at now: Timestamp) -> PaymentEffect {
        guard index == openOperation else { return .none }
        switch outcome {
        case .done(let receipt):
            reference = reference ?? receipt.reference
            operations[index].action = receipt.action
            fees += receipt.fee
            return settle(index)
        case .takenOn(let receipt):
            reference = reference ?? receipt.reference
            operations[index].action = receipt.action ?? receipt.reference
            operations[index].code = Self.pending
            operations[index].detail = nil
            return .none
        case .refused(let code, let detail):
            return refuse(index, code: code, detail)
        case .notDone(let code, let detail):
            operations[index].code = code
            operations[index].detail = detail
            operations[index].unresolved = max(0, operations[index].unresolved - 1)
            return isGivenUp(index, at: now) ? refuse(index, code: Self.unreachable) : .none
        case .unknown(let code, let detail):
            operations[index].code = code
            operations[index].detail = detail
            return .none
        case .found(let charge):
            return resolve(index, by: charge)
        }
    }

    /// The code of an operation that the provider has taken on and not decided.
    public static let pending = "pending"

    /// What a look-up says about an operation whose key is too old to be sent again.
    private mutating func resolve(_ index: Int, by charge: FoundCharge?) -> PaymentEffect {
        let operation = operations[index]
        if let charge { reference = reference ?? charge.reference }
        let isDone: Bool
        switch operation.kind {
        case .authorise:
            guard let charge else { return refuse(index, code: "not_found") }
            guard charge.state != .pending else { return .none }
            guard charge.state == .held || charge.state == .taken else { return refuse(index, code: "declined") }
            return settleAuthorisation(taken: charge.state == .taken ? charge.captured : 0, fees: charge.fees)
        case .capture: isDone = charge.map { $0.captured >= captured + operation.amount } ?? false
        case .refund:
            // Sums say nothing of one refund: others may have been made, and some providers count what was never taken.
            guard let refund = charge?.refunds.first(where: { operation.isSame($0) }) else {
                // What other hands began and nobody knows any more is not ours to send.
                if operation.isOutside { return refuse(index, code: Self.refundFailed) }
                isDone = false
                break
            }
            operations[index].action = refund.id
            switch refund.state {
            case .pending:
                operations[index].code = Self.pending
                return .none
            case .failed: return refuse(index, code: Self.refundFailed)
            case .done: isDone = true
            }
        case .void: isDone = charge.map { $0.held == 0 && $0.state != .pending } ?? true
        }
        if isDone {
            if let charge { fees = max(fees, charge.fees) }
            return settle(index)
        }
        // It never happened, and the provider has forgotten the key: from here on it is as good as new.
        operations[index].unresolved = 0
        operations[index].firstTriedAt = nil
        operations[index].action = nil
        return .none
    }

    /// The code of a refund that the provider took on and could not make.
    public static let refundFailed = "refund_failed"

    /// Whether an authorisation that never reached the provider is no longer worth trying.
    private func isGivenUp(_ index: Int, at now: Timestamp) -> Bool {
        let operation = operations[index]
        return operation.kind == .authorise && operation.unresolved == 0
            && createdAt.adding(seconds: PaymentOperation.patienceSeconds) <= now
    }

    /// Gives up an authorisation that certainly never reached the provider; false where that is not certain.
    public mutating func giveUp() -> Bool {
        guard isProcessing, operations[0].unresolved == 0 else { return false }
        _ = refuse(0, code: Self.unreachable)
        return true
    }

    private mutating func settle(_ index: Int) -> PaymentEffect {
        operations[index].state = .done
        operations[index].code = nil
        operations[index].detail = nil
        operations[index].unresolved = 0
        let amount = operations[index].amount
        switch operations[index].kind {
        case .authorise:
            return settleAuthorisation(taken: capture == .atOnce ? amount : 0, fees: fees)
        case .capture:
            captured += amount
            if operations[index].isFinal { authorised = captured }
            return .captured(amount)
        case .refund:
            refunded += amount
            return .refunded(amount)
        case .void:
            let held = authorised
            authorised = captured
            return .voided(held - captured)
        }
    }

    /// What is held is all of the amount; where it should have been taken at once and was not, that is asked for.
    private mutating func settleAuthorisation(taken: Int64, fees: Int64) -> PaymentEffect {
        operations[0].state = .done
        operations[0].code = nil
        operations[0].detail = nil
        operations[0].unresolved = 0
        token = nil
        authorised = amount.amount
        captured = min(max(taken, 0), authorised)
        operations[0].taken = captured
        self.fees = fees
        if capture == .atOnce, captured < authorised { add(.capture, authorised - captured, isFinal: true) }
        return .authorised(captured: captured)
    }

    private mutating func refuse(_ index: Int, code: String, _ detail: String? = nil) -> PaymentEffect {
        operations[index].state = .refused
        operations[index].code = code
        operations[index].detail = detail
        operations[index].unresolved = 0
        guard operations[index].kind == .authorise else {
            dropWhatCannotBe()
            return .refused(operations[index].kind, code: code)
        }
        token = nil
        return .declined(code: code)
    }

    /// Drops refunds of money that was to be taken and will not be.
    private mutating func dropWhatCannotBe() {
        for index in operations.indices.reversed()
        where refundable < 0 && operations[index].kind == .refund && operations[index].isOpen {
            operations[index].state = .dropped
        }
    }

    private func checkAmount(_ amount: Int64, left: Int64) throws(PaymentRefusal) {
        guard amount >= 1, amount <= left else { throw .tooMuch(left: Money(max(left, 0), self.amount.currency)) }
    }

    mutating func add(
        _ kind: PaymentOperation.Kind,
        _ amount: Int64,
        isFinal: Bool = false,
        for takenBack: ID<Return>? = nil
    ) {
        operations.append(
            PaymentOperation(kind, key: nextKey, amount: amount, isFinal: isFinal, takenBack: takenBack)
        )
    }

    /// The key of the operation that comes next.
    var nextKey: String { "\(id)-\(operations.count + 1)" }
}

extension PaymentOperation {
    /// Whether a refund of the provider's is this operation: it bears its key, or the id that the provider gave it.
    func isSame(_ refund: FoundRefund) -> Bool {
        kind == .refund && (refund.key == key || refund.id == action)
    }
}
