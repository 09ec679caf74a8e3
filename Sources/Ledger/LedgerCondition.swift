import JSON
import Trading

/// Whether a ledger is known to be damaged, and when it was last found sound.
public struct LedgerCondition: Hashable, Sendable {
    /// The first finding of damage, since which changes are refused.
    public struct Damage: Hashable, Sendable {
        /// When it was found; nil where the mark of the damage cannot be read.
        public let at: Timestamp?
        /// What found it, in one word.
        public let foundBy: String
        /// What is wrong, in words.
        public let words: String

        /// A finding.
        public init(at: Timestamp?, foundBy: String, words: String) {
            self.at = at
            self.foundBy = foundBy
            self.words = words
        }
    }

    /// The damage; nil where none is known.
    public let damage: Damage?
    /// When a check of the whole file last found nothing; nil where there was none.
    public let checkedAt: Timestamp?

    /// A condition.
    public init(damage: Damage?, checkedAt: Timestamp?) {
        self.damage = damage
        self.checkedAt = checkedAt
    }

    /// The time since a check of the whole file found nothing; nil where there was none.
    public func checkedAge(at now: Timestamp) -> Duration? {
        checkedAt.map { .milliseconds(max(0, now.milliseconds - $0.milliseconds)) }
    }

    /// Writes it as a JSON object.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("isDamaged", damage != nil)
            if let damage {
                json.key("damage")
                json.object { json in
                    json.member("at", damage.at)
                    json.member("foundBy", damage.foundBy)
                    json.member("words", damage.words)
                }
            }
            json.member("checkedAt", checkedAt)
        }
    }
}
