// The entry: everything is in the room CLI.

import CLI

@main
struct Entry {
    static func main() async {
        await CLI.Tradewind.main()
    }
}
