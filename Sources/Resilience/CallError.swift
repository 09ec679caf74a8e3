/// Why a guarded call has no value: the guard refused it, or it was made and failed.
///
/// A refused call certainly had no effect, so it may be tried again. Of a failed call only the failure itself can tell.
public enum CallError<Refusal: Error, Failure: Error>: Error {
    /// The guard refused; the call was not made.
    case refused(Refusal)
    /// The call was made and threw.
    case failed(Failure)
}

extension CallError: Equatable where Refusal: Equatable, Failure: Equatable {}
