import JSON
import Supervision
import Testing

@Suite("Restraints")
struct RestraintTests {
    private static func restraint(_ fill: (inout Restraint) -> Void) -> Restraint {
        var restraint = Restraint()
        fill(&restraint)
        return restraint
    }

    static let all = [
        Restraint(), restraint { $0.takesNoConnections = true }, restraint { $0.refusesFrom = 4 },
        restraint { $0.isReadOnly = true },
        restraint { ($0.takesNoConnections, $0.refusesFrom, $0.isReadOnly) = (true, 0, true) },
        restraint { $0.resting = ["orders", "webhooks"] },
    ]

    @Test("what is written is read again", arguments: all)
    func roundTrip(_ restraint: Restraint) throws {
        #expect(try Restraint(bytes: restraint.bytes) == restraint)
        #expect(restraint.isEmpty == (restraint == Restraint()))
    }

    @Test("two at once ask for what either asks for")
    func joined() {
        let low = Self.restraint { ($0.refusesFrom, $0.isReadOnly) = (4, true) }
        let high = Self.restraint { ($0.refusesFrom, $0.takesNoConnections) = (2, true) }
        let both = Self.restraint { ($0.takesNoConnections, $0.refusesFrom, $0.isReadOnly) = (true, 2, true) }
        #expect(low.joined(with: high) == both)
        #expect(high.joined(with: low) == both)
        #expect(low.joined(with: Restraint()) == low)
        let (some, others) = (Self.restraint { $0.resting = ["b"] }, Self.restraint { $0.resting = ["a", "b"] })
        #expect(some.joined(with: others).resting == ["a", "b"])
    }

    @Test("a tier that does not exist is not read, and what is new is passed over")
    func bounds() throws {
        #expect(throws: JSONError.self) { try Restraint(bytes: Array(#"{"refusesFrom":5}"#.utf8)) }
        #expect(try Restraint(bytes: Array(#"{"isReadOnly":true,"later":[1]}"#.utf8)).isReadOnly)
    }
}
