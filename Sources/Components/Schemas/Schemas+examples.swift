// Made by scripts/generate-examples.py of what a shop answered in one small story; run that instead of editing this.

extension Schemas {
    /// For each schema of an answer a document that a shop answered.
    static let examples: [String: String] = [
        "BalancePage":
            #"""
        {"items":[{"account":"receivable","balance":{"amount":-200,"currency":"GBP"}},{"account":"clearing/sandbox",\#
        "balance":{"amount":3345,"currency":"GBP"}},{"account":"bank","balance":{"amount":5000,"currency":"GBP"}},{"\#
        account":"giftCards","balance":{"amount":-5000,"currency":"GBP"}},{"account":"storeCredit","balance":{"amoun\#
        t":-500,"currency":"GBP"}},{"account":"revenue","balance":{"amount":-4240,"currency":"GBP"}},{"account":"ret\#
        urns","balance":{"amount":895,"currency":"GBP"}},{"account":"goodwill","balance":{"amount":700,"currency":"G\#
        BP"}}],"next":null}
        """#,
        "Cart":
            #"""
        {"id":"crt_01a22b1640e3721e8de5eee07a79b8af","state":"open","currency":"GBP","lines":[{"sku":"MUG-BLUE","nam\#
        e":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,"currency":"GB\#
        P"}}],"total":{"amount":1790,"currency":"GBP"},"expiresAt":"2026-12-30T06:13:28.428Z","createdAt":"2026-11-3\#
        0T06:13:28.419Z","updatedAt":"2026-11-30T06:13:28.428Z","version":2}
        """#,
        "Credit":
            #"""
        {"id":"crd_01a22b1654fc71bfba4d4fd8f658b830","kind":"credit","amount":{"amount":200,"currency":"GBP"},"reaso\#
        n":"late delivery","order":"ord_01a22b16410c7540896aefd195b8db8e","createdAt":"2026-11-30T06:13:33.564Z"}
        """#,
        "CreditPage":
            #"""
        {"items":[{"id":"crd_01a22b1654fc71bfba4d4fd8f658b830","kind":"credit","amount":{"amount":200,"currency":"GB\#
        P"},"reason":"late delivery","order":"ord_01a22b16410c7540896aefd195b8db8e","createdAt":"2026-11-30T06:13:33\#
        .564Z"},{"id":"crd_01a22b1654897575bedc12ac4960d558","kind":"return","amount":{"amount":895,"currency":"GBP"\#
        },"reason":"chipped","customer":"cus_01a22b1640d97795929884d69ada8ac0","order":"ord_01a22b16410c7540896aefd1\#
        95b8db8e","reference":"ret_01a22b1654897452ab653cb0c135b93e","createdAt":"2026-11-30T06:13:33.449Z"}],"next"\#
        :null}
        """#,
        "Customer":
            #"""
        {"id":"cus_01a22b1640d97795929884d69ada8ac0","email":"ann@example.com","name":"Ann Lee","addresses":[{"city"\#
        :"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metadata":{},"cre\#
        atedAt":"2026-11-30T06:13:28.409Z","updatedAt":"2026-11-30T06:13:28.409Z","version":1}
        """#,
        "CustomerExport":
            #"""
        {"customer":{"id":"cus_01a22b1640d97795929884d69ada8ac0","email":"ann@example.com","name":"Ann Lee","address\#
        es":[{"city":"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metad\#
        ata":{},"createdAt":"2026-11-30T06:13:28.409Z","updatedAt":"2026-11-30T06:13:28.409Z","version":1},"orders":\#
        [{"id":"ord_01a22b16410c7540896aefd195b8db8e","state":"completed","currency":"GBP","lines":[{"line":1,"sku":\#
        "MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790\#
        ,"currency":"GBP"},"fulfilled":2,"returned":1,"allocations":[{"location":"main","quantity":2}]},{"line":2,"s\#
        ku":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"am\#
        ount":2450,"currency":"GBP"},"fulfilled":1,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"\#
        total":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"paid","current":"pay_01a22b16410\#
        c7540896aefd195b8db8e","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"},"captured":{"amoun\#
        t":4240,"currency":"GBP"},"refunded":{"amount":895,"currency":"GBP"}},"customer":{"id":"cus_01a22b1640d97795\#
        929884d69ada8ac0","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Leeds","country":"GB","line1\#
        ":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001","createdAt":"2026-11-30T06\#
        :13:28.460Z","updatedAt":"2026-11-30T06:13:33.523Z","version":8,"history":[{"state":"pendingPayment","at":"2\#
        026-11-30T06:13:28.460Z","reservedUntil":"2026-12-03T06:13:28.460Z"},{"state":"confirmed","at":"2026-11-30T0\#
        6:13:28.494Z"},{"state":"fulfilled","at":"2026-11-30T06:13:30.325Z"},{"state":"completed","at":"2026-11-30T0\#
        6:13:33.322Z"}]}],"returns":[{"id":"ret_01a22b1654897452ab653cb0c135b93e","order":"ord_01a22b16410c7540896ae\#
        fd195b8db8e","lines":[{"line":1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895\#
        ,"currency":"GBP"}}],"credit":{"amount":895,"currency":"GBP"},"creditId":"crd_01a22b1654897575bedc12ac4960d5\#
        58","reason":"chipped","createdAt":"2026-11-30T06:13:33.449Z"}],"credits":[{"id":"crd_01a22b1654897575bedc12\#
        ac4960d558","kind":"return","amount":{"amount":895,"currency":"GBP"},"reason":"chipped","customer":"cus_01a2\#
        2b1640d97795929884d69ada8ac0","order":"ord_01a22b16410c7540896aefd195b8db8e","reference":"ret_01a22b16548974\#
        52ab653cb0c135b93e","createdAt":"2026-11-30T06:13:33.449Z"}]}
        """#,
        "CustomerPage":
            #"""
        {"items":[{"id":"cus_01a22b1640d97795929884d69ada8ac0","email":"ann@example.com","name":"Ann Lee","addresses\#
        ":[{"city":"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metadat\#
        a":{},"createdAt":"2026-11-30T06:13:28.409Z","updatedAt":"2026-11-30T06:13:28.409Z","version":1}],"next":nul\#
        l}
        """#,
        "DeliveryPage":
            #"""
        {"items":[],"next":null}
        """#,
        "EntryPage":
            #"""
        {"items":[{"number":1,"at":"2026-11-30T06:13:28.494Z","kind":"orderConfirmed","order":"ord_01a22b16410c75408\#
        96aefd195b8db8e","postings":[{"account":"receivable","amount":{"amount":4240,"currency":"GBP"}},{"account":"\#
        revenue","amount":{"amount":-4240,"currency":"GBP"}}]},{"number":2,"at":"2026-11-30T06:13:30.530Z","kind":"c\#
        aptured","order":"ord_01a22b16410c7540896aefd195b8db8e","payment":"pay_01a22b16410c7540896aefd195b8db8e","po\#
        stings":[{"account":"clearing/sandbox","amount":{"amount":4240,"currency":"GBP"}},{"account":"receivable","a\#
        mount":{"amount":-4240,"currency":"GBP"}}]}],"next":2}
        """#,
        "EventPage":
            #"""
        {"items":[{"seq":1,"type":"key.created","subject":"key_01a22b163b15725aa5de60d8dce61c7d","at":"2026-11-30T06\#
        :13:27.018Z","data":{"scopes":["admin"]}},{"seq":2,"type":"product.created","subject":"MUG-BLUE","at":"2026-\#
        11-30T06:13:28.352Z","data":{"version":1}}],"next":2}
        """#,
        "IssuedGiftCard":
            #"""
        {"id":"gft_b31767d3b6dd9094a8866f4ced7347ee","issued":{"amount":5000,"currency":"GBP"},"balance":{"amount":5\#
        000,"currency":"GBP"},"createdAt":"2026-11-30T06:13:33.582Z","updatedAt":"2026-11-30T06:13:33.582Z","version\#
        ":1,"code":"7X9D-VFAX-TRDA-1TGA"}
        """#,
        "Location":
            #"""
        {"code":"main","name":"Main","priority":0,"active":true,"version":1}
        """#,
        "LocationPage":
            #"""
        {"items":[{"code":"main","name":"Main","priority":0,"active":true,"version":1}],"next":null}
        """#,
        "Movement":
            #"""
        {"id":1,"sku":"MUG-BLUE","location":"main","kind":"received","quantity":40,"onHand":40,"reserved":0,"previou\#
        s":0,"reason":"delivery 4711","at":"2026-11-30T06:13:28.358Z"}
        """#,
        "MovementPage":
            #"""
        {"items":[{"id":8,"sku":"MUG-BLUE","location":"main","kind":"returned","quantity":1,"onHand":39,"reserved":0\#
        ,"previous":6,"order":"ord_01a22b16410c7540896aefd195b8db8e","reason":"chipped","at":"2026-11-30T06:13:33.44\#
        9Z"},{"id":6,"sku":"MUG-BLUE","location":"main","kind":"shipped","quantity":-2,"onHand":38,"reserved":0,"pre\#
        vious":4,"order":"ord_01a22b16410c7540896aefd195b8db8e","at":"2026-11-30T06:13:30.325Z"}],"next":"4"}
        """#,
        "Order":
            #"""
        {"id":"ord_01a22b16410c7540896aefd195b8db8e","state":"confirmed","currency":"GBP","lines":[{"line":1,"sku":"\#
        MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,\#
        "currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":2}]},{"line":2,"sk\#
        u":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"amo\#
        unt":2450,"currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"t\#
        otal":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"authorised","current":"pay_01a22b\#
        16410c7540896aefd195b8db8e","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"}},"customer":{\#
        "id":"cus_01a22b1640d97795929884d69ada8ac0","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Le\#
        eds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001",\#
        "createdAt":"2026-11-30T06:13:28.460Z","updatedAt":"2026-11-30T06:13:28.494Z","version":3,"history":[{"state\#
        ":"pendingPayment","at":"2026-11-30T06:13:28.460Z","reservedUntil":"2026-12-03T06:13:28.460Z"},{"state":"con\#
        firmed","at":"2026-11-30T06:13:28.494Z"}]}
        """#,
        "OrderPage":
            #"""
        {"items":[{"id":"ord_01a22b16410c7540896aefd195b8db8e","state":"completed","currency":"GBP","lines":[{"line"\#
        :1,"sku":"MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amo\#
        unt":1790,"currency":"GBP"},"fulfilled":2,"returned":1,"allocations":[{"location":"main","quantity":2}]},{"l\#
        ine":2,"sku":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"to\#
        tal":{"amount":2450,"currency":"GBP"},"fulfilled":1,"returned":0,"allocations":[{"location":"main","quantity\#
        ":1}]}],"total":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"paid","current":"pay_01\#
        a22b16410c7540896aefd195b8db8e","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"},"captured\#
        ":{"amount":4240,"currency":"GBP"},"refunded":{"amount":895,"currency":"GBP"}},"customer":{"id":"cus_01a22b1\#
        640d97795929884d69ada8ac0","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Leeds","country":"G\#
        B","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001","createdAt":"2026\#
        -11-30T06:13:28.460Z","updatedAt":"2026-11-30T06:13:33.523Z","version":8,"history":[{"state":"pendingPayment\#
        ","at":"2026-11-30T06:13:28.460Z","reservedUntil":"2026-12-03T06:13:28.460Z"},{"state":"confirmed","at":"202\#
        6-11-30T06:13:28.494Z"},{"state":"fulfilled","at":"2026-11-30T06:13:30.325Z"},{"state":"completed","at":"202\#
        6-11-30T06:13:33.322Z"}]}],"next":null}
        """#,
        "Payment":
            #"""
        {"id":"pay_01a22b16410c7540896aefd195b8db8e","order":"ord_01a22b16410c7540896aefd195b8db8e","number":1,"meth\#
        od":"card","status":"captured","provider":"sandbox","amount":{"amount":4240,"currency":"GBP"},"capture":"onS\#
        hipment","reference":"chg_01a22b164125709a8bfb9e0df4ffb522","authorised":{"amount":4240,"currency":"GBP"},"c\#
        aptured":{"amount":4240,"currency":"GBP"},"refunded":{"amount":0,"currency":"GBP"},"fees":{"amount":0,"curre\#
        ncy":"GBP"},"operations":[{"kind":"authorise","key":"pay_01a22b16410c7540896aefd195b8db8e-1","amount":{"amou\#
        nt":4240,"currency":"GBP"},"state":"done","tries":1,"firstTriedAt":"2026-11-30T06:13:28.478Z","action":"act_\#
        01a22b16412572d9897083446f836585"},{"kind":"capture","key":"pay_01a22b16410c7540896aefd195b8db8e-2","amount"\#
        :{"amount":4240,"currency":"GBP"},"final":true,"state":"done","tries":1,"firstTriedAt":"2026-11-30T06:13:30.\#
        514Z","action":"act_01a22b16491b7663b5ca684c27404dc9"}],"createdAt":"2026-11-30T06:13:28.460Z","updatedAt":"\#
        2026-11-30T06:13:30.530Z","version":4}
        """#,
        "PaymentPage":
            #"""
        {"items":[{"id":"pay_01a22b16410c7540896aefd195b8db8e","order":"ord_01a22b16410c7540896aefd195b8db8e","numbe\#
        r":1,"method":"card","status":"authorised","provider":"sandbox","amount":{"amount":4240,"currency":"GBP"},"c\#
        apture":"onShipment","reference":"chg_01a22b164125709a8bfb9e0df4ffb522","authorised":{"amount":4240,"currenc\#
        y":"GBP"},"captured":{"amount":0,"currency":"GBP"},"refunded":{"amount":0,"currency":"GBP"},"fees":{"amount"\#
        :0,"currency":"GBP"},"operations":[{"kind":"authorise","key":"pay_01a22b16410c7540896aefd195b8db8e-1","amoun\#
        t":{"amount":4240,"currency":"GBP"},"state":"done","tries":1,"firstTriedAt":"2026-11-30T06:13:28.478Z","acti\#
        on":"act_01a22b16412572d9897083446f836585"}],"createdAt":"2026-11-30T06:13:28.460Z","updatedAt":"2026-11-30T\#
        06:13:28.494Z","version":2}],"next":null}
        """#,
        "PlacedOrder":
            #"""
        {"id":"ord_01a22b16410c7540896aefd195b8db8e","state":"confirmed","currency":"GBP","lines":[{"line":1,"sku":"\#
        MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,\#
        "currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":2}]},{"line":2,"sk\#
        u":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"amo\#
        unt":2450,"currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"t\#
        otal":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"authorised","current":"pay_01a22b\#
        16410c7540896aefd195b8db8e","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"}},"customer":{\#
        "id":"cus_01a22b1640d97795929884d69ada8ac0","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Le\#
        eds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001",\#
        "createdAt":"2026-11-30T06:13:28.460Z","updatedAt":"2026-11-30T06:13:28.494Z","version":3,"history":[{"state\#
        ":"pendingPayment","at":"2026-11-30T06:13:28.460Z","reservedUntil":"2026-12-03T06:13:28.460Z"},{"state":"con\#
        firmed","at":"2026-11-30T06:13:28.494Z"}],"secret":"osk_5694c26244867cf724db38c9b987b11c"}
        """#,
        "Product":
            #"""
        {"sku":"MUG-BLUE","name":"Blue mug","description":"","group":"mugs","options":{"colour":"blue"},"categories"\#
        :["Kitchen"],"prices":[{"amount":895,"currency":"GBP"}],"active":true,"tracked":true,"grams":350,"metadata":\#
        {},"version":1,"createdAt":"2026-11-30T06:13:28.352Z","updatedAt":"2026-11-30T06:13:28.352Z"}
        """#,
        "ProductGroup":
            #"""
        {"code":"mugs","name":"Mugs","description":"","options":[],"metadata":{},"version":1,"variants":["MUG-BLUE",\#
        "MUG-RED"]}
        """#,
        "ProductGroupPage":
            #"""
        {"items":[{"code":"mugs","name":"Mugs","description":"","options":[],"metadata":{},"version":1,"variants":["\#
        MUG-BLUE","MUG-RED"]}],"next":null}
        """#,
        "ProductPage":
            #"""
        {"items":[{"sku":"MUG-BLUE","name":"Blue mug","description":"","group":"mugs","options":{"colour":"blue"},"c\#
        ategories":["Kitchen"],"prices":[{"amount":895,"currency":"GBP"}],"active":true,"tracked":true,"grams":350,"\#
        metadata":{},"version":1,"createdAt":"2026-11-30T06:13:28.352Z","updatedAt":"2026-11-30T06:13:28.352Z"},{"sk\#
        u":"MUG-RED","name":"Red mug","description":"","group":"mugs","options":{"colour":"red"},"categories":["Kitc\#
        hen"],"prices":[{"amount":895,"currency":"GBP"}],"active":true,"tracked":true,"grams":350,"metadata":{},"ver\#
        sion":1,"createdAt":"2026-11-30T06:13:28.366Z","updatedAt":"2026-11-30T06:13:28.366Z"}],"next":"MUG-RED"}
        """#,
        "Quote":
            #"""
        {"currency":"GBP","lines":[{"line":1,"sku":"MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":8\#
        95,"currency":"GBP"},"total":{"amount":1790,"currency":"GBP"},"available":40,"inStock":true},{"line":2,"sku"\#
        :"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"amoun\#
        t":2450,"currency":"GBP"},"available":40,"inStock":true}],"total":{"amount":4240,"currency":"GBP"},"availabl\#
        e":true}
        """#,
        "Return":
            #"""
        {"id":"ret_01a22b1654897452ab653cb0c135b93e","order":"ord_01a22b16410c7540896aefd195b8db8e","lines":[{"line"\#
        :1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895,"currency":"GBP"}}],"credit"\#
        :{"amount":895,"currency":"GBP"},"creditId":"crd_01a22b1654897575bedc12ac4960d558","reason":"chipped","creat\#
        edAt":"2026-11-30T06:13:33.449Z"}
        """#,
        "ReturnPage":
            #"""
        {"items":[{"id":"ret_01a22b1654897452ab653cb0c135b93e","order":"ord_01a22b16410c7540896aefd195b8db8e","lines\#
        ":[{"line":1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895,"currency":"GBP"}}\#
        ],"credit":{"amount":895,"currency":"GBP"},"creditId":"crd_01a22b1654897575bedc12ac4960d558","reason":"chipp\#
        ed","createdAt":"2026-11-30T06:13:33.449Z"}],"next":null}
        """#,
        "Shipment":
            #"""
        {"id":"shp_01a22b16413d71c09dfec9c35c3793d7","order":"ord_01a22b16410c7540896aefd195b8db8e","number":1,"stat\#
        e":"delivered","stateAt":"2026-11-30T06:13:32.122Z","location":"main","carrier":"sandbox","service":"standar\#
        d","lines":[{"line":1,"quantity":2},{"line":2,"quantity":1}],"grams":1600,"trackingNumber":"SBX747092573073"\#
        ,"reference":"bkg_01a22b1642847627bca593a25d9ebfb3","estimatedDelivery":"2026-11-30T06:13:33.636Z","estimate\#
        dAt":"2026-11-30T06:13:32.122Z","late":false,"handedOverAt":"2026-11-30T06:13:30.325Z","deliveredAt":"2026-1\#
        1-30T06:13:32.122Z","events":[{"id":"evt_bkg_01a22b1642847627bca593a25d9ebfb3_0","code":"handedOver","at":"2\#
        026-11-30T06:13:29.257Z","receivedAt":"2026-11-30T06:13:30.325Z","note":"taken over from the sender","estima\#
        tedDelivery":"2026-11-30T06:13:33.636Z"},{"id":"evt_bkg_01a22b1642847627bca593a25d9ebfb3_1","code":"inTransi\#
        t","at":"2026-11-30T06:13:29.879Z","receivedAt":"2026-11-30T06:13:30.325Z","note":"sorted in the region of t\#
        he sender","estimatedDelivery":"2026-11-30T06:13:33.636Z"},{"id":"evt_bkg_01a22b1642847627bca593a25d9ebfb3_2\#
        ","code":"inTransit","at":"2026-11-30T06:13:31.158Z","receivedAt":"2026-11-30T06:13:31.825Z","note":"arrived\#
         in the region of the receiver","estimatedDelivery":"2026-11-30T06:13:33.636Z"},{"id":"evt_bkg_01a22b1642847\#
        627bca593a25d9ebfb3_3","code":"outForDelivery","at":"2026-11-30T06:13:31.396Z","receivedAt":"2026-11-30T06:1\#
        3:31.825Z","note":"with the driver","estimatedDelivery":"2026-11-30T06:13:33.636Z"},{"id":"evt_bkg_01a22b164\#
        2847627bca593a25d9ebfb3_4","code":"delivered","at":"2026-11-30T06:13:32.122Z","receivedAt":"2026-11-30T06:13\#
        :33.322Z","note":"handed to the receiver","estimatedDelivery":"2026-11-30T06:13:33.636Z"}],"operations":[{"k\#
        ind":"book","key":"shp_01a22b16413d71c09dfec9c35c3793d7-1","state":"done","tries":1,"firstTriedAt":"2026-11-\#
        30T06:13:28.845Z"},{"kind":"label","key":"shp_01a22b16413d71c09dfec9c35c3793d7-2","state":"done","tries":1,"\#
        firstTriedAt":"2026-11-30T06:13:28.885Z"}],"createdAt":"2026-11-30T06:13:28.509Z","updatedAt":"2026-11-30T06\#
        :13:33.322Z","version":6}
        """#,
        "ShipmentPage":
            #"""
        {"items":[{"id":"shp_01a22b16413d71c09dfec9c35c3793d7","order":"ord_01a22b16410c7540896aefd195b8db8e","numbe\#
        r":1,"state":"delivered","stateAt":"2026-11-30T06:13:32.122Z","location":"main","carrier":"sandbox","service\#
        ":"standard","lines":[{"line":1,"quantity":2},{"line":2,"quantity":1}],"grams":1600,"trackingNumber":"SBX747\#
        092573073","reference":"bkg_01a22b1642847627bca593a25d9ebfb3","estimatedDelivery":"2026-11-30T06:13:33.636Z"\#
        ,"estimatedAt":"2026-11-30T06:13:32.122Z","late":false,"handedOverAt":"2026-11-30T06:13:30.325Z","deliveredA\#
        t":"2026-11-30T06:13:32.122Z","events":[{"id":"evt_bkg_01a22b1642847627bca593a25d9ebfb3_0","code":"handedOve\#
        r","at":"2026-11-30T06:13:29.257Z","receivedAt":"2026-11-30T06:13:30.325Z","note":"taken over from the sende\#
        r","estimatedDelivery":"2026-11-30T06:13:33.636Z"},{"id":"evt_bkg_01a22b1642847627bca593a25d9ebfb3_1","code"\#
        :"inTransit","at":"2026-11-30T06:13:29.879Z","receivedAt":"2026-11-30T06:13:30.325Z","note":"sorted in the r\#
        egion of the sender","estimatedDelivery":"2026-11-30T06:13:33.636Z"},{"id":"evt_bkg_01a22b1642847627bca593a2\#
        5d9ebfb3_2","code":"inTransit","at":"2026-11-30T06:13:31.158Z","receivedAt":"2026-11-30T06:13:31.825Z","note\#
        ":"arrived in the region of the receiver","estimatedDelivery":"2026-11-30T06:13:33.636Z"},{"id":"evt_bkg_01a\#
        22b1642847627bca593a25d9ebfb3_3","code":"outForDelivery","at":"2026-11-30T06:13:31.396Z","receivedAt":"2026-\#
        11-30T06:13:31.825Z","note":"with the driver","estimatedDelivery":"2026-11-30T06:13:33.636Z"},{"id":"evt_bkg\#
        _01a22b1642847627bca593a25d9ebfb3_4","code":"delivered","at":"2026-11-30T06:13:32.122Z","receivedAt":"2026-1\#
        1-30T06:13:33.322Z","note":"handed to the receiver","estimatedDelivery":"2026-11-30T06:13:33.636Z"}],"operat\#
        ions":[{"kind":"book","key":"shp_01a22b16413d71c09dfec9c35c3793d7-1","state":"done","tries":1,"firstTriedAt"\#
        :"2026-11-30T06:13:28.845Z"},{"kind":"label","key":"shp_01a22b16413d71c09dfec9c35c3793d7-2","state":"done","\#
        tries":1,"firstTriedAt":"2026-11-30T06:13:28.885Z"}],"createdAt":"2026-11-30T06:13:28.509Z","updatedAt":"202\#
        6-11-30T06:13:33.322Z","version":6}],"next":null}
        """#,
        "Stock":
            #"""
        {"sku":"MUG-BLUE","tracked":true,"onHand":39,"reserved":0,"available":39,"locations":[{"location":"main","on\#
        Hand":39,"reserved":0,"available":39}]}
        """#,
        "StoreCredit":
            #"""
        {"customer":"cus_01a22b1640d97795929884d69ada8ac0","balance":{"amount":500,"currency":"GBP"},"updatedAt":"20\#
        26-11-30T06:13:33.590Z"}
        """#,
        "StoreCreditPage":
            #"""
        {"items":[{"customer":"cus_01a22b1640d97795929884d69ada8ac0","balance":{"amount":500,"currency":"GBP"},"upda\#
        tedAt":"2026-11-30T06:13:33.590Z"}],"next":null}
        """#,
        "Webhook":
            #"""
        {"id":"whk_01a22b16551c713cad13893216dccd2a","url":"https://example.com/hooks","events":["order.*"],"state":\#
        "enabled","cursor":28,"tries":0,"createdAt":"2026-11-30T06:13:33.596Z","updatedAt":"2026-11-30T06:13:33.596Z\#
        ","version":1,"secrets":[{"createdAt":"2026-11-30T06:13:33.596Z"}],"secret":"whsec_NIkjQYi4/hOotVRO05jK9rgo1\#
        ikzU2btkD3ERVhDxlE="}
        """#,
        "WebhookPage":
            #"""
        {"items":[{"id":"whk_01a22b16551c713cad13893216dccd2a","url":"https://example.com/hooks","events":["order.*"\#
        ],"state":"enabled","cursor":28,"tries":0,"createdAt":"2026-11-30T06:13:33.596Z","updatedAt":"2026-11-30T06:\#
        13:33.596Z","version":1,"secrets":[{"createdAt":"2026-11-30T06:13:33.596Z"}]}],"next":null}
        """#,
    ]
}
