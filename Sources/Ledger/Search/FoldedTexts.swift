// A turn to write is everybody's, so the texts of products are folded before it, on the thread of the request that brings them: an import of
// 8 MB takes seconds to fold.

/// The words of the texts that a command brings; its rows find them here as long as the command is there.
final class FoldedTexts: Sendable {
    private let words: [String: [String]]
    /// Shorter texts are folded when they are saved, in bytes.
    private static let least = 256

    /// Folds the long ones among some texts.
    init(_ texts: some Sequence<String>) {
        var words: [String: [String]] = [:]
        for text in texts where text.utf8.count >= Self.least && words[text] == nil {
            words[text] = SearchFold.words(text)
        }
        self.words = words
    }

    /// The words of a text.
    func callAsFunction(_ text: String) -> [String] { words[text] ?? SearchFold.words(text) }
}
