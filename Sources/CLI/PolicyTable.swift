import Availability
import JSON
import Replicas
import Supervision

/// The recovery policies of `tradewind up`, for `tradewind config`.
enum PolicyTable {
    /// A list for people.
    static var text: String {
        SupervisorPlan.policies.map { policy in
            let (count, period) = (policy.limit.count, seconds(policy.limit.period))
            let heading =
                "\(policy.name): \(policy.action.rawValue), at most \(count) in \(period) s, \(seconds(policy.coolDown)) s apart"
            return TextList.entry(heading, policy.condition)
        }.joined(separator: "\n")
    }

    /// A JSON array.
    static var json: String {
        var json = JSONWriter()
        json.array { json in
            for policy in SupervisorPlan.policies {
                json.object { json in
                    json.member("name", policy.name)
                    json.member("condition", policy.condition)
                    json.member("action", policy.action.rawValue)
                    json.member("mostFirings", policy.limit.count)
                    json.member("withinSeconds", seconds(policy.limit.period))
                    json.member("restSeconds", seconds(policy.coolDown))
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func seconds(_ duration: Duration) -> Int64 { duration.components.seconds }
}
