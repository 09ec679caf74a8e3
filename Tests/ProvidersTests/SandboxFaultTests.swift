import Foundation
import SplitMix
import Testing
import Trading

@testable import ProviderClients
@testable import Providers
@testable import Sandbox

@Suite("Faults of the sandboxes")
struct SandboxFaultTests {
    @Test(
        "each fault is known for what it is, and the look-up afterwards tells whether it was done",
        arguments: [
            (#"{"latency":{"probability":1,"milliseconds":50}}"#, Known.done, true),
            (#"{"latency":{"probability":1,"milliseconds":900}}"#, .unknown("timeout"), true),
            (#"{"errorBefore":1}"#, .unknown("status_500"), false),
            (#"{"replyLost":1}"#, .unknown("reset"), true),
            (#"{"unavailable":1}"#, .notDone("status_503"), false),
            (#"{"disconnect":1}"#, .unknown("reset"), false),
            (#"{"decline":1}"#, .refused("card_declined"), true),
            (#"{"lateSuccess":{"probability":1,"milliseconds":100}}"#, .unknown("pending"), true),
        ]
    )
    func each(rules: String, expected: Known, isDone: Bool) async throws {
        try await SandboxRun.with(.payments) { run in
            try await run.faults(rules)
            let answer = await run.payments.perform(SandboxRun.charge(), deadline: .soon(500))
            #expect(answer.known == expected)
            if case .notDone = answer { #expect(answer.retryAfter == .seconds(1)) }
            try await run.faults("")
            // Late operations are performed by now.
            try await Task.sleep(for: .milliseconds(700))
            let charge = try await run.payments.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
            #expect((charge != nil) == isDone)
            if case .refused = expected { return }
            let again = try await run.payments.perform(SandboxRun.charge(), deadline: .soon()).value()
            #expect(again.amount == Money(1000, .gbp))
            let list = try await run.payments.charges(from: .earliest, to: .latest, after: nil, deadline: .soon())
                .value()
            #expect(list.charges.map(\.state) == [.captured])
        }
    }

    @Test("silence and brown-outs leave some done and some not, and the same key settles each")
    func coins() async throws {
        let rules =
            #"{"noAnswer":{"probability":0.5,"milliseconds":1},"brownOut":{"probability":0.5,"milliseconds":1}}"#
        try await SandboxRun.with(.payments) { run in
            try await run.faults(rules)
            var kinds: Set<String> = []
            for number in 0..<60 {
                let answer = await run.payments.perform(SandboxRun.charge("pay_\(number)"), deadline: .soon())
                kinds.insert("\(answer.known)")
            }
            #expect(kinds == ["done", #"unknown("reset")"#, #"unknown("status_500")"#])
            try await run.faults("")
            let before = try await run.payments.charges(from: .earliest, to: .latest, after: nil, deadline: .soon())
                .value()
            #expect((1..<60).contains(before.charges.count))
            for number in 0..<60 {
                _ = try await run.payments.perform(SandboxRun.charge("pay_\(number)"), deadline: .soon()).value()
            }
            let summary = try await run.send("GET", "/summary").body
            #expect(summary.contains(#""states":{"captured":60}"#) && summary.contains(#""paymentsChargedTwice":0"#))
        }
    }

    @Test("the same seed strikes the same requests")
    func seeded() async throws {
        func strikes(_ seed: UInt64) async throws -> [Known] {
            try await SandboxRun.with(.payments) { options in
                options.seed = seed
                options.faults[.errorBefore] = FaultRule(.errorBefore, probability: 0.3)
            } _: { run in
                var answers: [Known] = []
                for number in 0..<30 {
                    answers.append(
                        await run.payments.perform(SandboxRun.charge("pay_\(number)"), deadline: .soon()).known
                    )
                }
                return answers
            }
        }
        let first = try await strikes(1)
        #expect(first.contains(.unknown("status_500")) && first.contains(.done))
        #expect(try await strikes(1) == first)
        #expect(try await strikes(2) != first)
    }

    @Test("webhooks come signed, once each, twice, late or never, as the rules say")
    func webhooks() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await SandboxRun.with(.payments) { options in
                options.webhookURL = url + "/hooks"
                options.webhookSecret = try? SandboxRun.secret()
            } _: { run in
                func charge(_ payment: String) async throws {
                    _ = try await run.payments.perform(SandboxRun.charge(payment), deadline: .soon()).value()
                }
                try await charge("pay_1")
                try await receiver.wait(for: 1)
                #expect(receiver.notices.map(\.type) == ["charge.captured"])
                #expect(receiver.notices.first?.subject == "pay_1")
                let found = try await run.payments.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
                #expect(receiver.notices.first?.reference == found?.reference)

                try await run.faults(#"{"webhookTwice":1}"#)
                try await charge("pay_2")
                try await receiver.wait(for: 3)
                #expect(receiver.notices.count == 3 && Set(receiver.notices.map(\.id)).count == 2)

                try await run.faults(#"{"webhookLost":1}"#)
                try await charge("pay_3")
                try await Task.sleep(for: .milliseconds(200))
                try await run.faults(#"{"webhookLate":{"probability":1,"milliseconds":600}}"#)
                try await charge("pay_4")
                try await Task.sleep(for: .milliseconds(200))
                try await run.faults("")
                try await charge("pay_5")
                try await receiver.wait(for: 5)
                #expect(receiver.notices.suffix(2).map(\.subject) == ["pay_5", "pay_4"])
                #expect(receiver.refusals == 0)
            }
        }
    }

    @Test("rules are read, shown and ended, and unknown ones refused")
    func steering() async throws {
        try await SandboxRun.with(.payments) { run in
            try await run.faults(#"{"latency":{"probability":0.5,"shape":"tail","milliseconds":7},"decline":0}"#)
            let shown = try await run.send("GET", "/faults").body
            #expect(
                shown == #"{"latency":{"probability":0.5,"shape":"tail","milliseconds":7},"#
                    + #""decline":{"probability":0,"shape":"fixed","milliseconds":0}}"#
            )
            for wrong in [
                #"{"decline":1.1}"#, #"{"decline":-1}"#, #"{"parcelLost":1}"#, #"{"nix":1}"#, "[]", #"{"decline":{}}"#,
            ] {
                #expect(try await run.send("PUT", "/faults", wrong).status == 400, "\(wrong)")
            }
            #expect(try await run.send("GET", "/faults").body == shown)
            #expect(try await run.send("DELETE", "/faults").body == "{}")
        }
    }

    @Test("a rule on the command line has a probability, and may have a shape and a duration")
    func parsing() {
        #expect(FaultRule.parse("decline=0.1")?.rule == FaultRule(.decline, probability: 0.1))
        let tail = FaultRule.parse("latency=1:tail:30")
        #expect(tail?.kind == .latency && tail?.rule.shape == .tail && tail?.rule.milliseconds == 30)
        #expect(FaultRule.parse("noAnswer=1:50")?.rule.milliseconds == 50)
        #expect(FaultRule.parse("noAnswer=1")?.rule.milliseconds == 30_000)
        for wrong in [
            "", "decline", "decline=", "decline=2", "nix=1", "latency=1:tail:x", "latency=1:1:tail", "latency=1:-1",
        ] {
            #expect(FaultRule.parse(wrong) == nil, "\(wrong)")
        }
    }

    @Test("durations have the mean that the rule says, and a tail where it says so")
    func durations() {
        var random = SplitMix64(seed: 1, purpose: "test")
        for shape in FaultRule.Shape.allCases {
            let rule = FaultRule(.latency, probability: 1, shape: shape, milliseconds: 100)
            let drawn = (0..<20_000).map { _ in rule.duration(&random) / .milliseconds(1) }
            let mean = drawn.reduce(0, +) / Double(drawn.count)
            #expect((95.0...115.0).contains(mean), "\(shape): \(mean)")
            let longest = drawn.max() ?? 0
            #expect(shape == .fixed ? longest == 100 : longest > 190, "\(shape): \(longest)")
        }
    }
}
