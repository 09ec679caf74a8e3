// The operations that may be asked of a payment, and the effect of an answer. Each function keeps the payment's invariants:
// captured ≤ authorised, refunded ≤ captured, and no operation uses an amount that an earlier open operation already uses.

/// Why an operation was refused, in order of precedence.
///
/// Nothing was changed.
public enum PaymentRefusal: Error, Hashable, Sendable {
    /// The payment does not exist.
    case notFound
    /// Its status does not allow the operation.
    case wrongStatus(PaymentStatus)
    /// The order still needs the authorised amount; cancel the order instead.
    case needed(OrderState)
    /// The amount is in another currency.
    case currencyMismatch(Currency)
    /// The provider counts the currency in steps of this amount.
    case notRepresentable(step: Money)
    /// The provider captures only once: every capture releases the rest, so it must be final.
    case capturesOnce
    /// The amount exceeds what is left for this operation.
    case tooMuch(left: Money)
}

/// The effect of a provider's answer.
public enum PaymentEffect: Hashable, Sendable {
    /// None; the call is tried again.
    case none
    /// The money is authorised; this many minor units were captured at once.
    case authorised(captured: Int64)
    /// The attempt failed: the provider declined it, or could not be reached.
    case declined(code: String)
    /// This many minor units were captured.
    case captured(Int64)
    /// This many minor units were refunded.
    case refunded(Int64)
    /// This many authorised minor units were released.
    case voided(Int64)
    /// A refund of this many minor units failed after it had been done: the money is back at the shop.
    case refundFailed(Int64, code: String)
    /// The customer's bank took back this many minor units more; negative when it returned them.
    case disputed(Int64)
    /// A capture, refund or void was refused permanently; a person has to look at it.
    case refused(PaymentOperation.Kind, code: String)
}

extension Payment {
    /// Asks for the capture of a part of the authorised amount.
    public mutating func requestCapture(_ amount: Int64, isFinal: Bool) throws(PaymentRefusal) {
        guard status == .authorised || status == .partlyCaptured else { throw .wrongStatus(status) }
        try checkAmount(amount, left: capturable)
        add(.capture, amount, isFinal: isFinal)
    }

    /// Asks for the refund of a part of the captured amount.
    ///
    /// Money without a provider is refunded in the same moment, as the effect says.
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

    /// Asks for the release of the authorised amount; amounts that are captured, or being captured, stay captured.
    ///
    /// An authorisation that certainly never reached the provider is dropped; one that may have is left open, and voided once it
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

    /// Captures money without a provider: the whole amount, or `part` minor units of it.
    @discardableResult
    public mutating func collect(_ part: Int64? = nil) -> PaymentEffect {
        let taken = part ?? amount.amount
        authorised += taken
        add(.capture, taken, isFinal: true)
        return settle(operations.count - 1)
    }

    /// Records the outcome of a call for an operation.
    ///
    /// - Parameters:
    ///   - index: the operation of the call; if it is not the open one, the outcome is a late repeat and changes nothing.
    ///   - now: the time, by which an authorisation that never reaches the provider is given up.
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

    /// The code of an operation that the provider has accepted and not decided.
    public static let pending = "pending"

    /// Applies the result of a look-up to an operation whose key is too old to be sent again.
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
            // Sums do not identify one refund: others may have been made, and some providers include amounts that were never
            // captured.
            guard let refund = charge?.refunds.first(where: { operation.isSame($0) }) else {
                // An operation that others began and the provider no longer knows must not be sent by us.
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
        // It certainly never happened, and the provider has forgotten the key: it may be sent as if new.
        operations[index].unresolved = 0
        operations[index].firstTriedAt = nil
        operations[index].action = nil
        return .none
    }

    /// The code of a refund that the provider accepted and could not make.
    public static let refundFailed = "refund_failed"

    /// Whether an authorisation that never reached the provider is too old to try again.
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

    /// The whole amount is authorised; if it should have been captured at once and was not, a capture is asked for.
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

    /// Drops refunds of money that was to be captured and will not be.
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

    /// The key of the next operation.
    ///
    /// After a restore the lost future may have used the same number for another operation, so the epoch is a part of the key.
    var nextKey: String {
        epoch == 0 ? "\(id)-\(operations.count + 1)" : "\(id)-\(epoch)-\(operations.count + 1)"
    }
}

extension PaymentOperation {
    /// Whether a provider's refund is this operation: it has its key, or the id that the provider gave it.
    func isSame(_ refund: FoundRefund) -> Bool {
        kind == .refund && (refund.key == key || refund.id == action)
    }
}
