import Providers
import SplitMix

extension SplitMix64 {
    /// A generator whose numbers follow from the seed and the purpose alone.
    init(seed: UInt64, purpose: String) {
        self.init(seed: RequestKey(purpose, path: purpose, body: []).fingerprint ^ seed &* Self.step)
    }
}
