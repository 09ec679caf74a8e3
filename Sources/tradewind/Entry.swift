// The entry point; all commands are in the module CLI.

import CLI

@main
struct Entry {
    static func main() async {
        await CLI.Tradewind.main()
    }
}
