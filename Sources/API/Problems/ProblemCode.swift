// Every code of problem documents, with its meaning. Codes are stable, so that clients may switch on them: none is ever renamed,
// and the contract tests reject an answer whose code is not listed here.

/// A code of a problem, or of one mistake in it.
public struct ProblemCode: Sendable {
    /// The code.
    public let name: String
    /// The HTTP statuses that come with it; empty for a code of a single mistake.
    public let statuses: [Int]
    /// Its meaning, and what the client can do about it.
    public let meaning: String

    private init(_ name: String, _ statuses: Int..., meaning: String) {
        self.name = name
        self.statuses = statuses
        self.meaning = meaning
    }

    /// The codes of problems, the frequent ones first.
    public static let all: [ProblemCode] = [
        ProblemCode(
            "validation_failed",
            422,
            meaning: "The body is JSON but does not fit, or names what cannot be had; `errors` says where and why."
        ),
        ProblemCode(
            "insufficient_stock",
            409,
            meaning: "Fewer units are free than were asked for: `available` of them. Nothing was taken."
        ),
        ProblemCode(
            "stock_overflow",
            409,
            meaning: "The location would hold more units than can be counted. Nothing was changed."
        ),
        ProblemCode(
            "held_unpaid",
            409,
            meaning:
                "Units of `sku` are free, but unpaid orders hold as many as they may. Try again after `Retry-After`; where there is none, order fewer."
        ),
        ProblemCode(
            "reference_taken",
            409,
            meaning:
                "Another order has this reference, and the shop gives each to one order alone: the `order`, for a key that may read orders."
        ),
        ProblemCode(
            "unpaid_limit",
            429,
            meaning: "The client's unpaid orders hold as many units as one client's may: `held`. Pay or cancel one."
        ),
        ProblemCode(
            "rate_limited",
            429,
            meaning: "The client asks too often. Nothing was changed; try again after `Retry-After` seconds."
        ),
        ProblemCode(
            "too_many_streams",
            429,
            503,
            meaning:
                "The key (429), or all keys together (503), have as many streams of events open as they may. Ask for pages."
        ),
        ProblemCode(
            "books_full",
            409,
            meaning: "An account of the shop's books would pass 2^62 minor units in one currency. Nothing was changed."
        ),
        ProblemCode(
            "order_total_changed",
            409,
            meaning: "The order would cost `total`, not what was expected. Show the buyer, and order again."
        ),
        ProblemCode(
            "cart_closed",
            409,
            meaning: "The cart was ordered or merged. Where it was ordered, `order` names the order."
        ),
        ProblemCode(
            "wrong_state",
            409,
            meaning: "The thing is in `state`, from which this step does not lead on."
        ),
        ProblemCode(
            "too_many_units",
            409,
            meaning: "More units were named than are left to ship or to return: `left` of them."
        ),
        ProblemCode(
            "insufficient_funds",
            409,
            meaning: "The gift card, or the customer's store credit, has less than the order costs: `funds`."
        ),
        ProblemCode(
            "restore_search",
            503,
            meaning:
                "The shop was restored from a backup, and looks whether the order was paid before. Try again after `Retry-After`."
        ),
        ProblemCode(
            "feed_restarted",
            410,
            meaning:
                "The shop was restored from a backup. What was heard after event `common` no longer holds: go on from there, with the new `epoch`."
        ),
        ProblemCode(
            "payment_open",
            409,
            meaning: "The outcome of an attempt to pay is not known yet. Wait for it; no second one is made until then."
        ),
        ProblemCode(
            "payment_needed",
            409,
            meaning: """
                The order is in `state` and needs the money that is held: cancel the order instead. Or what was taken and \
                is held is not enough for what is to leave: `payment` was the last attempt; its goods stay until what is due is paid.
                """
        ),
        ProblemCode(
            "order_archived",
            409,
            meaning: """
                The `order` was closed long ago and is archived: it can be read, and not changed. An operator brings it back with \
                `tradewind archive --bring-back`.
                """
        ),
        ProblemCode(
            "captures_once",
            409,
            meaning: "The provider takes what it holds in one piece: a capture that is not final cannot be made."
        ),
        ProblemCode(
            "nothing_to_collect",
            409,
            meaning: "It is not an order whose cash is still to be collected."
        ),
        ProblemCode(
            "amount_exceeded",
            409,
            meaning: "The amount is more than is left for this, or nothing: `remaining` can be had."
        ),
        ProblemCode("nothing_left", 409, meaning: "Every unit has left or is packed, there or anywhere."),
        ProblemCode(
            "event_differs",
            409,
            meaning: "An event of this id is known, or was named before, and says something else; nothing was taken."
        ),
        ProblemCode("not_booked", 409, meaning: "The carrier has not booked the parcel yet, so it cannot leave."),
        ProblemCode(
            "no_shipping_rate",
            409,
            meaning: "The shop's table has no rate for such a parcel to that address."
        ),
        ProblemCode(
            "bad_signature",
            401,
            meaning: "The webhook is not signed by whom it says it is from, or is too old."
        ),
        ProblemCode(
            "product_in_use",
            409,
            meaning:
                "Units of the product are `onHand`, some of them perhaps `reserved` for orders. Move them out first."
        ),
        ProblemCode("group_in_use", 409, meaning: "Products name the group. Take them out of it first."),
        ProblemCode("untracked", 409, meaning: "No stock is kept of this product, so none can be moved."),
        ProblemCode("email_taken", 409, meaning: "Another customer has this e-mail address."),
        ProblemCode("erased", 409, meaning: "The customer's personal data was erased; the record stays empty."),
        ProblemCode("webhook_disabled", 409, meaning: "The webhook is disabled, and is told nothing; enable it first."),
        ProblemCode(
            "replay_under_way",
            409,
            meaning: "The webhook is being told a range of events again already; try again when that is done."
        ),
        ProblemCode("limit_reached", 409, meaning: "There are as many of these as there can be."),
        ProblemCode(
            "version_conflict",
            412,
            meaning: "Another editor was first: it is at `version` now. Read it again, and decide again."
        ),
        ProblemCode(
            "idempotency_key_reused",
            422,
            meaning: "The Idempotency-Key was used before with another body. Use a fresh key for another request."
        ),
        ProblemCode("malformed_json", 400, meaning: "The body is not JSON; `errors` says where it breaks off."),
        ProblemCode("invalid_parameter", 400, meaning: "A parameter in the path, the query or a header has a mistake."),
        ProblemCode(
            "invalid_cursor",
            422,
            meaning: "`after` is not a `next` of this list with these filters. Begin again without it."
        ),
        ProblemCode(
            "beyond_end",
            422,
            meaning:
                "The feed of events ends before `after`, with `last`."
        ),
        ProblemCode(
            "events_gone",
            410,
            meaning:
                "Events behind `after` are no longer kept: the first that is has the number `first`. Read the things themselves."
        ),
        ProblemCode("bad_request", 400, meaning: "The request is not one that this server reads."),
        ProblemCode("incomplete_body", 400, meaning: "The body ended before its announced length."),
        ProblemCode("unauthorized", 401, meaning: "A valid API key is needed: `Authorization: Bearer tw_…`."),
        ProblemCode("forbidden", 403, meaning: "The key is valid but lacks the scope that this needs."),
        ProblemCode("not_found", 404, meaning: "There is no such thing, or no such route."),
        ProblemCode(
            "not_served_here",
            404,
            meaning: "This process does not run the component that the route belongs to; another one of the shop does."
        ),
        ProblemCode("method_not_allowed", 405, meaning: "The route takes other methods; `Allow` names them."),
        ProblemCode("body_too_large", 413, meaning: "The body is larger than this route takes."),
        ProblemCode("headers_too_large", 431, meaning: "The request line and the headers are longer than is read."),
        ProblemCode(
            "not_implemented",
            501,
            meaning: "`Transfer-Encoding` names a coding that is not known here; `chunked` is."
        ),
        ProblemCode("unsupported_media_type", 415, meaning: "The body has another media type than this route takes."),
        ProblemCode(
            "unsupported_content_encoding",
            415,
            meaning: "The body is compressed. Send it as it is, without `Content-Encoding`."
        ),
        ProblemCode(
            "overloaded",
            503,
            meaning: "There is more to do than can be done. Nothing was changed; try again after `Retry-After` seconds."
        ),
        ProblemCode(
            "deadline_passed",
            503,
            meaning: "The time that `X-Deadline-Ms` gave was over before the request was begun. Nothing was changed."
        ),
        ProblemCode(
            "ledger_unavailable",
            503,
            meaning: "The ledger cannot be reached. Nothing was changed; try again after `Retry-After` seconds."
        ),
        ProblemCode(
            "archived_unreadable",
            503,
            meaning:
                "It is in the archive of closed orders, or would be found there, and a file of that is missing or damaged. `tradewind archive --verify` says which."
        ),
        ProblemCode(
            "outcome_unknown",
            503,
            meaning: "It may have been done. Send it again with the same Idempotency-Key, and it is done once."
        ),
        ProblemCode(
            "ledger_damaged",
            503,
            meaning:
                "The ledger was found damaged, and is only read until it is restored from a backup. Nothing was changed; it may be sent again then."
        ),
        ProblemCode(
            "ledger_moved",
            503,
            meaning:
                "The shop was moved to another ledger, and this server still has the old one. Nothing was changed; a server with the new one does it."
        ),
        ProblemCode("fenced", 409, meaning: "Another server has taken over. Nothing was changed; try again."),
        ProblemCode(
            "storage_full",
            507,
            meaning: "The disk is full. Nothing was changed; reading goes on, and writing once there is room."
        ),
        ProblemCode(
            "quarantined",
            503,
            meaning: "Several processes ended while they handled this very request. It is refused for ten minutes."
        ),
    ]

    /// The codes of single mistakes, in `errors`.
    public static let details: [ProblemCode] = [
        ProblemCode("required", meaning: "A member that must be there is missing."),
        ProblemCode("unknown_field", meaning: "A member that is not known; most likely it is misspelt."),
        ProblemCode("wrong_type", meaning: "A value of another type, or a fraction where an integer is needed."),
        ProblemCode("out_of_range", meaning: "A number, or a count of elements, beyond its bounds."),
        ProblemCode("too_long", meaning: "A text beyond its length."),
        ProblemCode("too_many", meaning: "More elements or members than there may be."),
        ProblemCode("invalid_value", meaning: "A value of the right type that means nothing here."),
        ProblemCode("beyond_end", meaning: "A number behind the end of the feed."),
        ProblemCode("invalid_cursor", meaning: "Not a cursor of this list."),
        ProblemCode("invalid_parameter", meaning: "A parameter with a mistake."),
        ProblemCode("not_found", meaning: "It names something that does not exist."),
        ProblemCode("unknown_product", meaning: "There is no such product, or it is not for sale."),
        ProblemCode("inactive_product", meaning: "The product is not for sale."),
        ProblemCode("no_price", meaning: "The product has no price in this currency."),
        ProblemCode("currency_mismatch", meaning: "An amount in another currency than the whole."),
        ProblemCode("insufficient_stock", meaning: "Fewer units are free than the line asks for."),
        ProblemCode("reference_taken", meaning: "Another order has this reference."),
        ProblemCode("held_unpaid", meaning: "Unpaid orders hold as many units of the product as they may."),
        ProblemCode(
            "amount_not_representable",
            meaning:
                "The provider counts that currency in coarser steps: the total, or the price of one unit, cannot be paid or given back."
        ),
        ProblemCode(
            "payment_not_offered",
            meaning: "The shop does not take that amount in that currency by that method."
        ),
        ProblemCode("unknown_line", meaning: "The order has no such line."),
        ProblemCode("repeated_line", meaning: "A line that is named twice."),
        ProblemCode("too_many_units", meaning: "More units than the line has left."),
        ProblemCode("unknown_location", meaning: "There is no such location."),
        ProblemCode("cannot_merge", meaning: "Not another open cart in the same currency."),
        ProblemCode("syntax", meaning: "Not JSON here."),
        ProblemCode("truncated", meaning: "The JSON ends inside a value."),
        ProblemCode("trailing_data", meaning: "Something stands behind the JSON value."),
        ProblemCode("invalid_utf8", meaning: "Bytes that are not UTF-8."),
        ProblemCode("duplicate_member", meaning: "A member that stands twice."),
        ProblemCode("too_deep", meaning: "Arrays and objects nested too deeply."),
    ]
}
