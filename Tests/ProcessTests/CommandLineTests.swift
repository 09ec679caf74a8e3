import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// What a person at a terminal is told after a mistake; the mistake changes nothing.
    @Suite struct CommandLineTests {
        @Test(
            "a mistyped command is answered with the one that was meant",
            .timeLimit(.minutes(5)),
            arguments: [
                (["statu"], "did you mean status?"), (["keys", "creat"], "did you mean create?"),
                (["sandbox", "payment"], "did you mean payments?"), (["frobnicate"], "it has up, status, restart"),
            ]
        )
        func mistyped(_ arguments: [String], _ words: String) async throws {
            try await withShop(hasKey: false) { shop in
                let child = try await shop.run(arguments)
                #expect(child.exitStatus == 64)
                #expect(child.errors.contains(words), "\(child.errors)")
            }
        }

        @Test("asking for the keys of a shop that is not there makes none", .timeLimit(.minutes(5)))
        func noShop() async throws {
            try await withShop(hasKey: false) { shop in
                for arguments in [["list"], ["revoke", "key_00000000000000000000000000000000"]] {
                    let child = try await shop.run(["keys"] + arguments + ["--data", shop.data])
                    #expect(child.exitStatus == 1)
                    #expect(child.errors.contains("there is no shop in \(shop.data)"), "\(child.errors)")
                }
                #expect(!FileManager.default.fileExists(atPath: shop.data))
            }
        }

        @Test("a supervisor of a shop that can never open says so once, and ends", .timeLimit(.minutes(5)))
        func hopeless() async throws {
            try await withShop { shop in
                try Data("hello".utf8).write(to: URL(fileURLWithPath: shop.database))
                let child = try await shop.run(["up", "--data", shop.data, "--port", "0"], within: .seconds(60))
                #expect(child.exitStatus == 1)
                #expect(child.errors.matches(of: /is started/).count == 1, "\(child.errors)")
                #expect(child.errors.matches(of: /not a database/).count == 1, "\(child.errors)")
                #expect(child.errors.contains("the shop cannot be opened"), "\(child.errors)")
                #expect(child.errors.contains("tradewind audit"), "what to do is said: \(child.errors)")
                #expect(try String(contentsOfFile: shop.database, encoding: .utf8) == "hello")
            }
        }

        @Test("two signals of one Ctrl-C are one wish: everything under way is finished", .timeLimit(.minutes(5)))
        func interrupted() async throws {
            try await withShop { shop in
                let child = try ChildProcess(
                    [ServerProcess.program, "up", "--data", shop.data, "--port", "0"],
                    writingTo: shop.nextName()
                )
                shop.children.withLock { $0.append(child) }
                try await eventually("it serves", within: .seconds(60)) { child.errors.contains("serving http") }
                child.signal(SIGINT)
                // Sent by a script that received the first signal, too.
                child.signal(SIGTERM)
                #expect(try await child.end(within: .seconds(60)) == 0)
                #expect(!child.errors.contains("killing"), "\(child.errors)")
                #expect(child.errors.contains("every replica has ended"), "\(child.errors)")
            }
        }

        @Test("settings that cannot be are refused before anything is rolled to them", .timeLimit(.minutes(5)))
        func badSettings() async throws {
            try await withShop { shop in
                let file = shop.directory + "/bad.json"
                try #"{"ledger": {"max-bach": 3}}"#.write(toFile: file, atomically: true, encoding: .utf8)
                let child = try await shop.run(["restart", "--data", shop.data, "--config", file])
                #expect(child.exitStatus == 1)
                #expect(child.errors.contains("did you mean ledger.max-batch?"), "\(child.errors)")
                #expect(child.errors.contains("nothing was changed"), "\(child.errors)")
            }
        }

        @Test(
            "settings that no replica could start with are refused with the cause, as the supervisor's replicas would see them",
            .timeLimit(.minutes(5))
        )
        func hopelessSettings() async throws {
            try await withShop { shop in
                let options = ["up", "--data", shop.data, "--port", "0", "--replicas", "1"]
                let up = try ChildProcess([ServerProcess.program] + options, writingTo: shop.nextName())
                shop.children.withLock { $0.append(up) }
                try await eventually("it serves", within: .seconds(60)) { up.errors.contains("serving http") }
                func restart(_ settings: String, _ more: [String] = []) async throws -> ChildProcess {
                    let file = shop.nextName() + ".json"
                    try settings.write(toFile: file, atomically: true, encoding: .utf8)
                    return try await shop.run(
                        ["restart", "--data", shop.data, "--config", file, "--watch", "0.1"] + more,
                        within: .seconds(60)
                    )
                }
                for (settings, words) in [
                    (#"{"tls":{"certificate":"/nowhere/c.pem","key":"/nowhere/k.pem"}}"#, "/nowhere/c.pem"),
                    (#"{"tls":{"certificate":"/nowhere/c.pem"}}"#, "tls.certificate and tls.key go together"),
                    (#"{"payments":{"providers":"stripe"}}"#, "payments.stripe.key must be set"),
                    (#"{"deliveries":{"carriers":"sandbox","sandbox":{"url":"nonsense"}}}"#, "deliveries.sandbox.url"),
                ] {
                    let child = try await restart(settings)
                    #expect(child.exitStatus == 1, "\(settings)")
                    #expect(child.errors.contains(words), "\(child.errors)")
                    #expect(child.errors.contains("nothing was changed"), "\(child.errors)")
                }
                #expect(up.errors.matches(of: /is started/).count == 1, "none was tried: \(up.errors)")
                // A new program checks the setting itself, and its message is passed on.
                let child = try await restart(
                    #"{"tls":{"certificate":"/nowhere/c.pem"}}"#,
                    ["--binary", ServerProcess.program]
                )
                #expect(child.exitStatus == 1)
                #expect(
                    child.output.contains("it cannot start: tls.certificate and tls.key go together"),
                    "\(child.output)"
                )
                let status = try await shop.run(["status", "--data", shop.data, "--json"])
                #expect(status.output.contains("it cannot start: tls.certificate"), "\(status.output)")
                // A byte order mark before UTF-8 is accepted.
                let marked = try await restart(
                    "\u{FEFF}{\"shutdown\": {\"seconds\": 7}}".replacing("shutdown", with: "ledger").replacing(
                        "seconds",
                        with: "max-batch"
                    )
                )
                #expect(marked.exitStatus == 0, "\(marked.errors)")
            }
        }

        @Test(
            "where too few files may be open, one line says how many are needed",
            .timeLimit(.minutes(5)),
            arguments: [24, 40, 64, 128, 160]
        )
        func fewFiles(_ limit: Int) async throws {
            try await withShop(hasKey: false) { shop in
                for command in ["serve", "up"] {
                    let child = try ChildProcess(
                        ["/bin/sh", "-c", "ulimit -n \(limit); exec \"$@\"", "limited", ServerProcess.program]
                            + [command, "--data", shop.data, "--port", "0"],
                        writingTo: shop.nextName()
                    )
                    shop.children.withLock { $0.append(child) }
                    #expect(try await child.end(within: .seconds(30)) == 1)
                    let lines = child.errors.split(separator: "\n")
                    #expect(lines.count == 1, "\(child.errors)")
                    #expect(
                        child.errors.contains("at most \(limit) files may be open (ulimit -n), and a server needs ")
                    )
                }
                #expect(!FileManager.default.fileExists(atPath: shop.data))
            }
        }

        @Test("words of the command line are printed without what a terminal would obey", .timeLimit(.minutes(5)))
        func hostileWords() async throws {
            try await withShop(hasKey: false) { shop in
                let word = "x\u{1B}[31mz\u{9B}2J\r"
                for arguments in [
                    ["--\(word)"], [word], ["keys", "create", "--data", shop.data, "--scope", word], ["keys", word],
                    ["books", "--data", shop.data, "--order", word], ["drill", word], ["config", "--set", word],
                    ["config", "--set", "\(word)=1"], ["serve", "--data", shop.data, "--components", word],
                    ["bench", "--url", word, "--\(word)"], ["import", word, "--key", "k", "--connections", word],
                    ["serve", "--data", shop.data, "--port", word], ["reconcile", "--data", shop.data, "--from", word],
                ] {
                    let child = try await shop.run(arguments)
                    #expect(child.exitStatus != 0)
                    let text = child.output + child.errors
                    #expect(text.contains("u001B"), "\(arguments): \(text)")
                    #expect(
                        !text.unicodeScalars.contains {
                            $0 != "\n" && $0 != "\t" && $0.properties.generalCategory == .control
                        },
                        "\(arguments)"
                    )
                }
                let help = try await shop.run(["keys", "--help"])
                #expect(help.exitStatus == 0 && help.output.contains("USAGE") && help.errors.isEmpty)
                #expect(try await shop.run(["--version"]).output.contains("."))
            }
        }

        @Test("a command about a shop that is not there says so", .timeLimit(.minutes(5)))
        func noSuchShop() async throws {
            try await withShop(hasKey: false) { shop in
                for command in ["books", "status", "reconcile", "audit", "availability", "restart"] {
                    let child = try await shop.run([command, "--data", shop.data])
                    #expect(child.exitStatus != 0)
                    #expect(child.errors.contains("there is no shop in \(shop.data)"), "\(command): \(child.errors)")
                }
                #expect(!FileManager.default.fileExists(atPath: shop.data))
                let made = try await shop.run(["keys", "create", "--data", shop.data, "--scope", "admin"])
                #expect(
                    made.exitStatus == 0 && made.errors.contains("there was no shop in \(shop.data)"),
                    "\(made.errors)"
                )
                let second = try await shop.run(["keys", "create", "--data", shop.data, "--scope", "admin"])
                #expect(second.exitStatus == 0 && second.errors.isEmpty, "\(second.errors)")
            }
        }

        @Test("a client of a server that was never started says so at once", .timeLimit(.minutes(5)))
        func nothingAnswers() async throws {
            try await withShop(hasKey: false) { shop in
                let file = shop.directory + "/one.csv"
                try "sku,name,price\nA,a,1.00\n".write(toFile: file, atomically: true, encoding: .utf8)
                let start = ContinuousClock.now
                let child = try await shop.run(["import", file, "--key", "tw_x", "--url", "http://127.0.0.1:1"])
                // With its usual retries it would have taken a minute.
                #expect(start.duration(to: .now) < .seconds(20))
                #expect(child.exitStatus == 1)
                #expect(child.errors.contains("Connection refused"), "\(child.errors)")
                #expect(child.errors.contains("tradewind up --data DIR"), "\(child.errors)")
            }
        }

        @Test("a key of another shop is told as that, and not as an interruption", .timeLimit(.minutes(5)))
        func foreignKey() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                let file = shop.directory + "/one.csv"
                try "sku,name,price\nA,a,1.00\n".write(toFile: file, atomically: true, encoding: .utf8)
                let url = "http://127.0.0.1:\(server.port)"
                let child = try await shop.run(["import", file, "--key", "tw_x", "--url", url])
                #expect(child.exitStatus == 1)
                #expect(child.errors.contains("401") && child.errors.contains("tradewind keys list"), "\(child.errors)")
                #expect(!child.errors.contains("same command again"), "\(child.errors)")
            }
        }

        @Test("no line of a list is longer than a terminal's", .timeLimit(.minutes(5)))
        func width() async throws {
            try await withShop { shop in
                for arguments in [["config"], ["config", "--policies"], ["keys", "list", "--data", shop.data]] {
                    let child = try await shop.run(arguments)
                    #expect(child.exitStatus == 0)
                    let long = child.output.split(separator: "\n").filter { $0.count > 80 }
                    #expect(long.isEmpty && child.output.contains("\n"), "\(arguments): \(long)")
                }
            }
        }
    }
}
