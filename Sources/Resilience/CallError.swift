/// Why a guarded call has no value: it was never made, or it was made and failed.
///
/// The difference matters to whoever retries: a refused call certainly had no effect.
public enum CallError<Refusal: Error, Failure: Error>: Error {
    /// The guard said no; the call was not made.
    case refused(Refusal)
    /// The call was made and threw.
    case failed(Failure)
}

extension CallError: Equatable where Refusal: Equatable, Failure: Equatable {}
