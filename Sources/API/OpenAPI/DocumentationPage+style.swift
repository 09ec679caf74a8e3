extension DocumentationPage {
    /// The conventions of all routes.
    static let introduction = #"""
        <p class="lead">The trading core of an online shop: catalogue, stock, carts, orders, returns and customers, over HTTP and \#
        JSON.</p>
        <section aria-labelledby="conventions"><h2 id="conventions">Conventions</h2>
        <h3 id="money">Money</h3>
        <p>An amount is an integer of minor units with its currency: <code>{"amount": 295, "currency": "GBP"}</code> is £2.95. \#
        There are no fractions and no rounding. Currencies are those of ISO 4217.</p>
        <h3 id="times">Times</h3>
        <p>RFC 3339 in UTC with milliseconds, as in <code>2026-11-23T05:21:01.123Z</code>. In parameters any offset will do.</p>
        <h3 id="bodies">Bodies</h3>
        <p>JSON in UTF-8, sent as <code>application/json</code>. A member that is not known is refused, so that a misspelling \#
        is found; <code>shipTo</code>, addresses, <code>options</code> and <code>metadata</code> keep whatever names they are \#
        given. Lengths count characters. Names and reasons are not empty
        and have one line; no text holds control characters. Texts are kept in Unicode's normal form C, and compared in it.</p>
        <h3 id="keys">Keys and secrets</h3>
        <p>Browsing, carts and ordering need no key. Everything else does: <code>Authorization: Bearer tw_…</code>. Keys are made \#
        with <code>tradewind keys create</code> and have scopes; <code>admin</code> is all of them, and writing includes \#
        reading. Placing an order answers a <code>secret</code>, with which a guest reads and cancels that order, as bearer \#
        or as <code>?secret=</code>. The id of a cart is itself the right to use it.</p>
        <h3 id="idempotency">Idempotency</h3>
        <p>A request whose answer was lost can be sent again. Give each <code>POST</code> a fresh \#
        <code>Idempotency-Key</code>, such as a random UUID: the same key with the same body has no second effect, and \#
        gives the first answer again, marked <code>Idempotent-Replayed: true</code>. Keys are kept for at least seven days. \#
        A refused request had no effect and is not remembered. <code>PUT</code> and <code>DELETE</code> can always be \#
        repeated.</p>
        <h3 id="editing">Editing</h3>
        <p>What can be edited has a <code>version</code> and an <code>ETag</code> made of it. Send the tag back as \#
        <code>If-Match</code>, and the change is refused with 412 where another editor was first.</p>
        <h3 id="paging">Paging</h3>
        <p>A list answers <code>items</code> and <code>next</code>. Give <code>next</code> as <code>after</code> to get the \#
        following page; it is <code>null</code> behind the last one. <code>limit</code> is 1 to 200.</p>
        <h3 id="errors">Problems</h3>
        <p>Whatever is refused is answered with <code>application/problem+json</code> and a stable <code>code</code>; \#
        <a href="/docs#problems">all codes</a> are below. With 503 and 507 comes <code>Retry-After</code>. Each answer carries \#
        <code>X-Request-Id</code>, yours if you sent one.</p>
        <h3 id="deadlines">Deadlines and overload</h3>
        <p>A client that waits no longer than so many milliseconds may say so in <code>X-Deadline-Ms</code>; what cannot be begun \#
        in that time is not begun. While there is more to do than can be done, requests are refused with 503 \#
        <code>overloaded</code>: reports and exports first, then browsing, carts, orders; notices of payments last.</p>
        <h3 id="streaming">Following events</h3>
        <p><a href="/docs/events#listEvents"><code>/v1/events</code></a> answers pages, or, asked with \#
        <code>Accept: text/event-stream</code>, a stream that stays open (server-sent events) and goes on behind \#
        <code>Last-Event-ID</code>.</p>
        </section>
        """#

    static let style = """
        :root{--bg:#fff;--fg:#1c2430;--soft:#f4f6f9;--line:#d8dee8;--muted:#566175;--link:#0b57a4;--get:#0b6b3a;--post:#0b57a4;\
        --put:#8a4b00;--delete:#a3192e;--good:#0b6b3a;--bad:#a3192e}
        @media (prefers-color-scheme:dark){:root{--bg:#12161d;--fg:#e4e9f1;--soft:#1b212b;--line:#323c4b;--muted:#a3afc2;\
        --link:#7db8f7;--get:#6fd39b;--post:#7db8f7;--put:#f0b866;--delete:#ff93a1;--good:#6fd39b;--bad:#ff93a1}}
        *{box-sizing:border-box}
        html{scroll-padding-top:1rem}
        body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.55 system-ui,sans-serif;display:grid;\
        grid-template-columns:19rem minmax(0,1fr)}
        a{color:var(--link)}
        a:focus-visible,summary:focus-visible,input:focus-visible,pre:focus-visible{outline:3px solid var(--link);\
        outline-offset:2px}
        .skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--bg);padding:.5rem;z-index:1}
        nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.25rem;background:var(--soft);\
        border-right:1px solid var(--line);font-size:.875rem}
        nav ul{list-style:none;margin:0;padding:0}.toc>li{margin:.75rem 0}.toc>li>a{font-weight:600}
        nav li li a{display:flex;gap:.4rem;align-items:baseline;padding:.12rem 0;color:var(--fg);text-decoration:none;\
        overflow-wrap:anywhere}
        nav li li a:hover{text-decoration:underline}
        nav summary{font-weight:600;padding:.4rem 0}@media (min-width:55.01rem){nav summary{display:none}}
        .brand{font-size:1.25rem;font-weight:700;margin:0 0 1rem}.brand a{color:inherit;text-decoration:none}
        small{color:var(--muted);font-weight:400}
        label{display:block;font-weight:600}
        input{width:100%;font:inherit;padding:.4rem .55rem;margin:.25rem 0 .5rem;border:1px solid var(--muted);\
        border-radius:6px;background:var(--bg);color:var(--fg)}
        main{padding:1.5rem clamp(1rem,4vw,3rem) 4rem;max-width:62rem}
        h1{font-size:2rem;line-height:1.2;margin:.25rem 0}h2{margin:3rem 0 .5rem;border-bottom:1px solid var(--line);\
        padding-bottom:.3rem}h3{margin:1.5rem 0 .4rem;font-size:1.06rem}\
        article h2{border:0;margin:1rem 0 .4rem;font-size:1.06rem}article h3{margin:1.1rem 0 .3rem;font-size:.8rem;\
        letter-spacing:.05em;text-transform:uppercase;color:var(--muted)}
        p{margin:.4rem 0}.lead{font-size:1.12rem;color:var(--muted)}
        code{font:.875em/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
        pre{margin:.5rem 0;padding:.8rem 1rem;background:var(--soft);border:1px solid var(--line);border-radius:8px;\
        overflow:auto}pre code{overflow-wrap:normal}pre.command code{white-space:pre-wrap;overflow-wrap:anywhere}
        article{border:1px solid var(--line);border-radius:10px;padding:.4rem 1.2rem 1rem;margin:1rem 0}
        article:target{border-color:var(--link);box-shadow:0 0 0 1px var(--link)}
        dt:target{outline:2px solid var(--link);outline-offset:4px}
        article h2 code{font-size:1rem}.anchor{text-decoration:none;font-weight:400}
        .method{display:inline-block;min-width:3.6em;text-align:center;font:700 .72rem/1.6 ui-monospace,Menlo,Consolas,\
        monospace;border:1px solid currentColor;border-radius:5px;padding:0 .25rem}
        .get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.delete{color:var(--delete)}
        .access,.about{color:var(--muted)}.type{color:var(--muted);font-size:.875rem}
        .required{color:var(--bad);font-size:.78rem;font-weight:600}
        .name{font-weight:700}.pattern{color:var(--muted)}
        ul.members,ul.answers,ul.choices{list-style:none;padding:0;margin:.3rem 0}
        ul.members>li{padding:.3rem 0;border-top:1px solid var(--line)}ul.members>li:first-child{border-top:0}
        ul.members ul.members,ul.choices{border-left:2px solid var(--line);padding-left:.9rem;margin-left:.2rem}
        ul.choices>li{margin:.6rem 0}
        ul.answers>li{padding:.15rem 0}
        .status{display:inline-block;min-width:2.4rem;font:700 .875rem ui-monospace,Menlo,Consolas,monospace}
        .good{color:var(--good)}.bad{color:var(--bad)}
        details{margin:.4rem 0}summary{cursor:pointer;color:var(--link)}details.inline{display:inline-block;margin:0}
        dt{margin-top:.8rem}dd{margin:.1rem 0 0 1.2rem;color:var(--muted)}
        footer{margin-top:3rem;border-top:1px solid var(--line);color:var(--muted)}
        [hidden]{display:none!important}
        @media (max-width:55rem){body{display:block}nav{position:static;height:auto;max-height:60vh;border-right:0;padding:.75rem 1rem;\
        border-bottom:1px solid var(--line)}article{padding:.3rem .9rem .8rem}h1{font-size:1.6rem}}
        @media print{nav,.anchor{display:none}body{display:block}article{break-inside:avoid}}
        """

    /// Shows the entries that contain every word of the filter.
    ///
    /// On a wide page the contents are always open, on a phone on demand.
    static let script = """
        const filter=document.getElementById("filter"),menu=document.getElementById("menu");
        const wide=matchMedia("(min-width:55.01rem)");
        const fit=()=>{menu.open=wide.matches||filter.value!==""};
        wide.addEventListener("change",fit);fit();
        filter.addEventListener("input",()=>{
        const words=filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
        for(const entry of document.querySelectorAll("[data-words]"))
        entry.hidden=words.length?!words.every(word=>entry.dataset.words.includes(word)):"only" in entry.dataset;
        for(const group of document.querySelectorAll(".toc>li"))
        group.hidden=words.length>0&&!group.querySelector("li:not([hidden])");
        fit();
        });
        """
}
