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
        {"id":"crt_01a22b3839a0717ba6f425c0a6fb30c4","state":"open","currency":"GBP","lines":[{"sku":"MUG-BLUE","nam\#
        e":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,"currency":"GB\#
        P"}}],"total":{"amount":1790,"currency":"GBP"},"expiresAt":"2026-12-30T06:50:34.789Z","createdAt":"2026-11-3\#
        0T06:50:34.784Z","updatedAt":"2026-11-30T06:50:34.789Z","version":2}
        """#,
        "Credit":
            #"""
        {"id":"crd_01a22b384dff749d969280c363facd4c","kind":"credit","amount":{"amount":200,"currency":"GBP"},"reaso\#
        n":"late delivery","order":"ord_01a22b3839c3735eb88004d8338aa520","createdAt":"2026-11-30T06:50:39.999Z"}
        """#,
        "CreditPage":
            #"""
        {"items":[{"id":"crd_01a22b384dff749d969280c363facd4c","kind":"credit","amount":{"amount":200,"currency":"GB\#
        P"},"reason":"late delivery","order":"ord_01a22b3839c3735eb88004d8338aa520","createdAt":"2026-11-30T06:50:39\#
        .999Z"},{"id":"crd_01a22b384d1d756282908285b34e5238","kind":"return","amount":{"amount":895,"currency":"GBP"\#
        },"reason":"chipped","customer":"cus_01a22b383993750ea36089b8f350d8d1","order":"ord_01a22b3839c3735eb88004d8\#
        338aa520","reference":"ret_01a22b384d1d70169b443b4d34c6f541","createdAt":"2026-11-30T06:50:39.773Z"}],"next"\#
        :null}
        """#,
        "Customer":
            #"""
        {"id":"cus_01a22b383993750ea36089b8f350d8d1","email":"ann@example.com","name":"Ann Lee","addresses":[{"city"\#
        :"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metadata":{},"cre\#
        atedAt":"2026-11-30T06:50:34.771Z","updatedAt":"2026-11-30T06:50:34.771Z","version":1}
        """#,
        "CustomerExport":
            #"""
        {"customer":{"id":"cus_01a22b383993750ea36089b8f350d8d1","email":"ann@example.com","name":"Ann Lee","address\#
        es":[{"city":"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metad\#
        ata":{},"createdAt":"2026-11-30T06:50:34.771Z","updatedAt":"2026-11-30T06:50:34.771Z","version":1},"orders":\#
        [{"id":"ord_01a22b3839c3735eb88004d8338aa520","state":"completed","currency":"GBP","lines":[{"line":1,"sku":\#
        "MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790\#
        ,"currency":"GBP"},"fulfilled":2,"returned":1,"allocations":[{"location":"main","quantity":2}]},{"line":2,"s\#
        ku":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"am\#
        ount":2450,"currency":"GBP"},"fulfilled":1,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"\#
        total":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"paid","current":"pay_01a22b3839c\#
        3735eb88004d8338aa520","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"},"captured":{"amoun\#
        t":4240,"currency":"GBP"},"refunded":{"amount":895,"currency":"GBP"}},"customer":{"id":"cus_01a22b383993750e\#
        a36089b8f350d8d1","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Leeds","country":"GB","line1\#
        ":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001","createdAt":"2026-11-30T06\#
        :50:34.819Z","updatedAt":"2026-11-30T06:50:39.890Z","version":8,"history":[{"state":"pendingPayment","at":"2\#
        026-11-30T06:50:34.819Z","reservedUntil":"2026-12-03T06:50:34.819Z"},{"state":"confirmed","at":"2026-11-30T0\#
        6:50:34.854Z"},{"state":"fulfilled","at":"2026-11-30T06:50:36.666Z"},{"state":"completed","at":"2026-11-30T0\#
        6:50:39.672Z"}]}],"returns":[{"id":"ret_01a22b384d1d70169b443b4d34c6f541","order":"ord_01a22b3839c3735eb8800\#
        4d8338aa520","lines":[{"line":1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895\#
        ,"currency":"GBP"}}],"credit":{"amount":895,"currency":"GBP"},"creditId":"crd_01a22b384d1d756282908285b34e52\#
        38","reason":"chipped","createdAt":"2026-11-30T06:50:39.773Z","state":"inspected"}],"credits":[{"id":"crd_01\#
        a22b384d1d756282908285b34e5238","kind":"return","amount":{"amount":895,"currency":"GBP"},"reason":"chipped",\#
        "customer":"cus_01a22b383993750ea36089b8f350d8d1","order":"ord_01a22b3839c3735eb88004d8338aa520","reference"\#
        :"ret_01a22b384d1d70169b443b4d34c6f541","createdAt":"2026-11-30T06:50:39.773Z"}]}
        """#,
        "CustomerPage":
            #"""
        {"items":[{"id":"cus_01a22b383993750ea36089b8f350d8d1","email":"ann@example.com","name":"Ann Lee","addresses\#
        ":[{"city":"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metadat\#
        a":{},"createdAt":"2026-11-30T06:50:34.771Z","updatedAt":"2026-11-30T06:50:34.771Z","version":1}],"next":nul\#
        l}
        """#,
        "DeliveryPage":
            #"""
        {"items":[],"next":null}
        """#,
        "EntryPage":
            #"""
        {"items":[{"number":1,"at":"2026-11-30T06:50:34.854Z","kind":"orderConfirmed","order":"ord_01a22b3839c3735eb\#
        88004d8338aa520","postings":[{"account":"receivable","amount":{"amount":4240,"currency":"GBP"}},{"account":"\#
        revenue","amount":{"amount":-4240,"currency":"GBP"}}]},{"number":2,"at":"2026-11-30T06:50:36.876Z","kind":"c\#
        aptured","order":"ord_01a22b3839c3735eb88004d8338aa520","payment":"pay_01a22b3839c3735eb88004d8338aa520","po\#
        stings":[{"account":"clearing/sandbox","amount":{"amount":4240,"currency":"GBP"}},{"account":"receivable","a\#
        mount":{"amount":-4240,"currency":"GBP"}}]}],"next":"AQAAAAAAAAACoZ4kkhi2N-w"}
        """#,
        "EventPage":
            #"""
        {"items":[{"seq":1,"type":"key.created","subject":"key_01a22b38359a73ff888f7f158411b28a","at":"2026-11-30T06\#
        :50:33.833Z","data":{"scopes":["admin"]}},{"seq":2,"type":"product.created","subject":"MUG-BLUE","at":"2026-\#
        11-30T06:50:34.698Z","data":{"version":1}}],"next":2}
        """#,
        "IssuedGiftCard":
            #"""
        {"id":"gft_fd41ac3a99a013515c73456a405e9c23","issued":{"amount":5000,"currency":"GBP"},"balance":{"amount":5\#
        000,"currency":"GBP"},"createdAt":"2026-11-30T06:50:40.014Z","updatedAt":"2026-11-30T06:50:40.014Z","version\#
        ":1,"code":"RCW6-A4T7-8YWJ-MM7H"}
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
        s":0,"reason":"delivery 4711","at":"2026-11-30T06:50:34.707Z"}
        """#,
        "MovementPage":
            #"""
        {"items":[{"id":8,"sku":"MUG-BLUE","location":"main","kind":"returned","quantity":1,"onHand":39,"reserved":0\#
        ,"previous":6,"order":"ord_01a22b3839c3735eb88004d8338aa520","reason":"chipped","at":"2026-11-30T06:50:39.77\#
        3Z"},{"id":6,"sku":"MUG-BLUE","location":"main","kind":"shipped","quantity":-2,"onHand":38,"reserved":0,"pre\#
        vious":4,"order":"ord_01a22b3839c3735eb88004d8338aa520","at":"2026-11-30T06:50:36.666Z"}],"next":"AQAAAAAAAA\#
        AEUBAUDF8X2js"}
        """#,
        "Order":
            #"""
        {"id":"ord_01a22b3839c3735eb88004d8338aa520","state":"confirmed","currency":"GBP","lines":[{"line":1,"sku":"\#
        MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,\#
        "currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":2}]},{"line":2,"sk\#
        u":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"amo\#
        unt":2450,"currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"t\#
        otal":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"authorised","current":"pay_01a22b\#
        3839c3735eb88004d8338aa520","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"}},"customer":{\#
        "id":"cus_01a22b383993750ea36089b8f350d8d1","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Le\#
        eds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001",\#
        "createdAt":"2026-11-30T06:50:34.819Z","updatedAt":"2026-11-30T06:50:34.854Z","version":3,"history":[{"state\#
        ":"pendingPayment","at":"2026-11-30T06:50:34.819Z","reservedUntil":"2026-12-03T06:50:34.819Z"},{"state":"con\#
        firmed","at":"2026-11-30T06:50:34.854Z"}]}
        """#,
        "OrderPage":
            #"""
        {"items":[{"id":"ord_01a22b3839c3735eb88004d8338aa520","state":"completed","currency":"GBP","lines":[{"line"\#
        :1,"sku":"MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amo\#
        unt":1790,"currency":"GBP"},"fulfilled":2,"returned":1,"allocations":[{"location":"main","quantity":2}]},{"l\#
        ine":2,"sku":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"to\#
        tal":{"amount":2450,"currency":"GBP"},"fulfilled":1,"returned":0,"allocations":[{"location":"main","quantity\#
        ":1}]}],"total":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"paid","current":"pay_01\#
        a22b3839c3735eb88004d8338aa520","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"},"captured\#
        ":{"amount":4240,"currency":"GBP"},"refunded":{"amount":895,"currency":"GBP"}},"customer":{"id":"cus_01a22b3\#
        83993750ea36089b8f350d8d1","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Leeds","country":"G\#
        B","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001","createdAt":"2026\#
        -11-30T06:50:34.819Z","updatedAt":"2026-11-30T06:50:39.890Z","version":8,"history":[{"state":"pendingPayment\#
        ","at":"2026-11-30T06:50:34.819Z","reservedUntil":"2026-12-03T06:50:34.819Z"},{"state":"confirmed","at":"202\#
        6-11-30T06:50:34.854Z"},{"state":"fulfilled","at":"2026-11-30T06:50:36.666Z"},{"state":"completed","at":"202\#
        6-11-30T06:50:39.672Z"}]}],"next":null}
        """#,
        "Payment":
            #"""
        {"id":"pay_01a22b3839c3735eb88004d8338aa520","order":"ord_01a22b3839c3735eb88004d8338aa520","number":1,"meth\#
        od":"card","state":"captured","provider":"sandbox","amount":{"amount":4240,"currency":"GBP"},"capture":"onSh\#
        ipment","reference":"chg_01a22b3839dd718ca89eeade9a5726ef","authorised":{"amount":4240,"currency":"GBP"},"ca\#
        ptured":{"amount":4240,"currency":"GBP"},"refunded":{"amount":0,"currency":"GBP"},"fees":{"amount":0,"curren\#
        cy":"GBP"},"operations":[{"kind":"authorise","key":"pay_01a22b3839c3735eb88004d8338aa520-1","amount":{"amoun\#
        t":4240,"currency":"GBP"},"state":"done","tries":1,"firstTriedAt":"2026-11-30T06:50:34.840Z","action":"act_0\#
        1a22b3839dd758aa3bf677f8a1b9421"},{"kind":"capture","key":"pay_01a22b3839c3735eb88004d8338aa520-2","amount":\#
        {"amount":4240,"currency":"GBP"},"final":true,"state":"done","tries":1,"firstTriedAt":"2026-11-30T06:50:36.8\#
        54Z","action":"act_01a22b3841c37083a62ac7fc3b571f12"}],"createdAt":"2026-11-30T06:50:34.819Z","updatedAt":"2\#
        026-11-30T06:50:36.876Z","version":4}
        """#,
        "PaymentPage":
            #"""
        {"items":[{"id":"pay_01a22b3839c3735eb88004d8338aa520","order":"ord_01a22b3839c3735eb88004d8338aa520","numbe\#
        r":1,"method":"card","state":"authorised","provider":"sandbox","amount":{"amount":4240,"currency":"GBP"},"ca\#
        pture":"onShipment","reference":"chg_01a22b3839dd718ca89eeade9a5726ef","authorised":{"amount":4240,"currency\#
        ":"GBP"},"captured":{"amount":0,"currency":"GBP"},"refunded":{"amount":0,"currency":"GBP"},"fees":{"amount":\#
        0,"currency":"GBP"},"operations":[{"kind":"authorise","key":"pay_01a22b3839c3735eb88004d8338aa520-1","amount\#
        ":{"amount":4240,"currency":"GBP"},"state":"done","tries":1,"firstTriedAt":"2026-11-30T06:50:34.840Z","actio\#
        n":"act_01a22b3839dd758aa3bf677f8a1b9421"}],"createdAt":"2026-11-30T06:50:34.819Z","updatedAt":"2026-11-30T0\#
        6:50:34.854Z","version":2}],"next":null}
        """#,
        "PlacedOrder":
            #"""
        {"id":"ord_01a22b3839c3735eb88004d8338aa520","state":"confirmed","currency":"GBP","lines":[{"line":1,"sku":"\#
        MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,\#
        "currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":2}]},{"line":2,"sk\#
        u":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"amo\#
        unt":2450,"currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"t\#
        otal":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"authorised","current":"pay_01a22b\#
        3839c3735eb88004d8338aa520","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"}},"customer":{\#
        "id":"cus_01a22b383993750ea36089b8f350d8d1","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Le\#
        eds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001",\#
        "createdAt":"2026-11-30T06:50:34.819Z","updatedAt":"2026-11-30T06:50:34.854Z","version":3,"history":[{"state\#
        ":"pendingPayment","at":"2026-11-30T06:50:34.819Z","reservedUntil":"2026-12-03T06:50:34.819Z"},{"state":"con\#
        firmed","at":"2026-11-30T06:50:34.854Z"}],"secret":"osk_a973f85a181d07a26bfb4b389d798f42"}
        """#,
        "Product":
            #"""
        {"sku":"MUG-BLUE","name":"Blue mug","description":"","group":"mugs","options":{"colour":"blue"},"categories"\#
        :["Kitchen"],"prices":[{"amount":895,"currency":"GBP"}],"active":true,"tracked":true,"grams":350,"metadata":\#
        {},"version":1,"createdAt":"2026-11-30T06:50:34.698Z","updatedAt":"2026-11-30T06:50:34.698Z"}
        """#,
        "ProductGroup":
            #"""
        {"code":"mugs","name":"Mugs","description":"","options":[],"metadata":{},"version":1,"variantCount":2,"varia\#
        nts":["MUG-BLUE","MUG-RED"],"next":null}
        """#,
        "ProductGroupPage":
            #"""
        {"items":[{"code":"mugs","name":"Mugs","description":"","options":[],"metadata":{},"version":1,"variantCount\#
        ":2,"variants":["MUG-BLUE","MUG-RED"],"next":null}],"next":null}
        """#,
        "ProductPage":
            #"""
        {"items":[{"sku":"MUG-BLUE","name":"Blue mug","description":"","group":"mugs","options":{"colour":"blue"},"c\#
        ategories":["Kitchen"],"prices":[{"amount":895,"currency":"GBP"}],"active":true,"tracked":true,"grams":350,"\#
        metadata":{},"version":1,"createdAt":"2026-11-30T06:50:34.698Z","updatedAt":"2026-11-30T06:50:34.698Z"},{"sk\#
        u":"MUG-RED","name":"Red mug","description":"","group":"mugs","options":{"colour":"red"},"categories":["Kitc\#
        hen"],"prices":[{"amount":895,"currency":"GBP"}],"active":true,"tracked":true,"grams":350,"metadata":{},"ver\#
        sion":1,"createdAt":"2026-11-30T06:50:34.715Z","updatedAt":"2026-11-30T06:50:34.715Z"}],"next":"AU1VRy1SRUTX\#
        hvbh0sMXTA"}
        """#,
        "Punctuality":
            #"""
        {"items":[{"carrier":"sandbox","arrived":1,"inTime":1,"late":0,"unpromised":0,"lateShare":0,"lateByHours":[{\#
        "upTo":1,"count":0},{"upTo":4,"count":0},{"upTo":12,"count":0},{"upTo":24,"count":0},{"upTo":48,"count":0},{\#
        "upTo":96,"count":0},{"upTo":168,"count":0},{"count":0}]}],"next":null}
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
        {"id":"ret_01a22b384d1d70169b443b4d34c6f541","order":"ord_01a22b3839c3735eb88004d8338aa520","lines":[{"line"\#
        :1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895,"currency":"GBP"}}],"credit"\#
        :{"amount":895,"currency":"GBP"},"creditId":"crd_01a22b384d1d756282908285b34e5238","reason":"chipped","creat\#
        edAt":"2026-11-30T06:50:39.773Z","state":"inspected"}
        """#,
        "ReturnPage":
            #"""
        {"items":[{"id":"ret_01a22b384d1d70169b443b4d34c6f541","order":"ord_01a22b3839c3735eb88004d8338aa520","lines\#
        ":[{"line":1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895,"currency":"GBP"}}\#
        ],"credit":{"amount":895,"currency":"GBP"},"creditId":"crd_01a22b384d1d756282908285b34e5238","reason":"chipp\#
        ed","createdAt":"2026-11-30T06:50:39.773Z","state":"inspected"}],"next":null}
        """#,
        "Shipment":
            #"""
        {"id":"shp_01a22b383a0974f6a58cb6159759fcc8","order":"ord_01a22b3839c3735eb88004d8338aa520","number":1,"stat\#
        e":"delivered","stateAt":"2026-11-30T06:50:38.468Z","location":"main","carrier":"sandbox","service":"standar\#
        d","lines":[{"line":1,"quantity":2},{"line":2,"quantity":1}],"grams":1600,"trackingNumber":"SBX652068084503"\#
        ,"reference":"bkg_01a22b383b2e7548a6ad52835e4c85d8","estimatedDelivery":"2026-11-30T06:50:39.982Z","estimate\#
        dAt":"2026-11-30T06:50:38.468Z","promisedBy":"2026-11-30T06:50:39.982Z","late":false,"arrivedLate":false,"ha\#
        ndedOverAt":"2026-11-30T06:50:35.603Z","handedOverRecordedAt":"2026-11-30T06:50:36.666Z","carrierSince":"202\#
        6-11-30T06:50:35.603Z","deliveredAt":"2026-11-30T06:50:38.468Z","deliveredRecordedAt":"2026-11-30T06:50:39.6\#
        72Z","transitSeconds":2,"events":[{"id":"evt_bkg_01a22b383b2e7548a6ad52835e4c85d8_0","code":"handedOver","at\#
        ":"2026-11-30T06:50:35.603Z","receivedAt":"2026-11-30T06:50:36.666Z","note":"taken over from the sender","es\#
        timatedDelivery":"2026-11-30T06:50:39.982Z"},{"id":"evt_bkg_01a22b383b2e7548a6ad52835e4c85d8_1","code":"inTr\#
        ansit","at":"2026-11-30T06:50:36.225Z","receivedAt":"2026-11-30T06:50:36.666Z","note":"sorted in the region \#
        of the sender","estimatedDelivery":"2026-11-30T06:50:39.982Z"},{"id":"evt_bkg_01a22b383b2e7548a6ad52835e4c85\#
        d8_2","code":"inTransit","at":"2026-11-30T06:50:37.504Z","receivedAt":"2026-11-30T06:50:38.167Z","note":"arr\#
        ived in the region of the receiver","estimatedDelivery":"2026-11-30T06:50:39.982Z"},{"id":"evt_bkg_01a22b383\#
        b2e7548a6ad52835e4c85d8_3","code":"outForDelivery","at":"2026-11-30T06:50:37.742Z","receivedAt":"2026-11-30T\#
        06:50:38.167Z","note":"with the driver","estimatedDelivery":"2026-11-30T06:50:39.982Z"},{"id":"evt_bkg_01a22\#
        b383b2e7548a6ad52835e4c85d8_4","code":"delivered","at":"2026-11-30T06:50:38.468Z","receivedAt":"2026-11-30T0\#
        6:50:39.672Z","note":"handed to the receiver","estimatedDelivery":"2026-11-30T06:50:39.982Z"}],"operations":\#
        [{"kind":"book","key":"shp_01a22b383a0974f6a58cb6159759fcc8-1","state":"done","tries":1,"firstTriedAt":"2026\#
        -11-30T06:50:35.249Z"},{"kind":"label","key":"shp_01a22b383a0974f6a58cb6159759fcc8-2","state":"done","tries"\#
        :1,"firstTriedAt":"2026-11-30T06:50:35.272Z"}],"createdAt":"2026-11-30T06:50:34.889Z","updatedAt":"2026-11-3\#
        0T06:50:39.672Z","version":6}
        """#,
        "ShipmentPage":
            #"""
        {"items":[{"id":"shp_01a22b383a0974f6a58cb6159759fcc8","order":"ord_01a22b3839c3735eb88004d8338aa520","numbe\#
        r":1,"state":"delivered","stateAt":"2026-11-30T06:50:38.468Z","location":"main","carrier":"sandbox","service\#
        ":"standard","lines":[{"line":1,"quantity":2},{"line":2,"quantity":1}],"grams":1600,"trackingNumber":"SBX652\#
        068084503","reference":"bkg_01a22b383b2e7548a6ad52835e4c85d8","estimatedDelivery":"2026-11-30T06:50:39.982Z"\#
        ,"estimatedAt":"2026-11-30T06:50:38.468Z","promisedBy":"2026-11-30T06:50:39.982Z","late":false,"arrivedLate"\#
        :false,"handedOverAt":"2026-11-30T06:50:35.603Z","handedOverRecordedAt":"2026-11-30T06:50:36.666Z","carrierS\#
        ince":"2026-11-30T06:50:35.603Z","deliveredAt":"2026-11-30T06:50:38.468Z","deliveredRecordedAt":"2026-11-30T\#
        06:50:39.672Z","transitSeconds":2,"events":[{"id":"evt_bkg_01a22b383b2e7548a6ad52835e4c85d8_0","code":"hande\#
        dOver","at":"2026-11-30T06:50:35.603Z","receivedAt":"2026-11-30T06:50:36.666Z","note":"taken over from the s\#
        ender","estimatedDelivery":"2026-11-30T06:50:39.982Z"},{"id":"evt_bkg_01a22b383b2e7548a6ad52835e4c85d8_1","c\#
        ode":"inTransit","at":"2026-11-30T06:50:36.225Z","receivedAt":"2026-11-30T06:50:36.666Z","note":"sorted in t\#
        he region of the sender","estimatedDelivery":"2026-11-30T06:50:39.982Z"},{"id":"evt_bkg_01a22b383b2e7548a6ad\#
        52835e4c85d8_2","code":"inTransit","at":"2026-11-30T06:50:37.504Z","receivedAt":"2026-11-30T06:50:38.167Z","\#
        note":"arrived in the region of the receiver","estimatedDelivery":"2026-11-30T06:50:39.982Z"},{"id":"evt_bkg\#
        _01a22b383b2e7548a6ad52835e4c85d8_3","code":"outForDelivery","at":"2026-11-30T06:50:37.742Z","receivedAt":"2\#
        026-11-30T06:50:38.167Z","note":"with the driver","estimatedDelivery":"2026-11-30T06:50:39.982Z"},{"id":"evt\#
        _bkg_01a22b383b2e7548a6ad52835e4c85d8_4","code":"delivered","at":"2026-11-30T06:50:38.468Z","receivedAt":"20\#
        26-11-30T06:50:39.672Z","note":"handed to the receiver","estimatedDelivery":"2026-11-30T06:50:39.982Z"}],"op\#
        erations":[{"kind":"book","key":"shp_01a22b383a0974f6a58cb6159759fcc8-1","state":"done","tries":1,"firstTrie\#
        dAt":"2026-11-30T06:50:35.249Z"},{"kind":"label","key":"shp_01a22b383a0974f6a58cb6159759fcc8-2","state":"don\#
        e","tries":1,"firstTriedAt":"2026-11-30T06:50:35.272Z"}],"createdAt":"2026-11-30T06:50:34.889Z","updatedAt":\#
        "2026-11-30T06:50:39.672Z","version":6}],"next":null}
        """#,
        "Stock":
            #"""
        {"sku":"MUG-BLUE","tracked":true,"onHand":39,"reserved":0,"available":39,"locations":[{"location":"main","on\#
        Hand":39,"reserved":0,"available":39}]}
        """#,
        "StoreCredit":
            #"""
        {"customer":"cus_01a22b383993750ea36089b8f350d8d1","balance":{"amount":500,"currency":"GBP"},"updatedAt":"20\#
        26-11-30T06:50:40.028Z"}
        """#,
        "StoreCreditPage":
            #"""
        {"items":[{"customer":"cus_01a22b383993750ea36089b8f350d8d1","balance":{"amount":500,"currency":"GBP"},"upda\#
        tedAt":"2026-11-30T06:50:40.028Z"}],"next":null}
        """#,
        "Webhook":
            #"""
        {"id":"whk_01a22b384e26735fbfdd0be54ad0587e","url":"https://example.com/hooks","events":["order.*"],"state":\#
        "enabled","cursor":28,"tries":0,"createdAt":"2026-11-30T06:50:40.038Z","updatedAt":"2026-11-30T06:50:40.038Z\#
        ","version":1,"secrets":[{"createdAt":"2026-11-30T06:50:40.038Z"}],"secret":"whsec_kTua+dEBtQfIo9gXKZc+hBp3a\#
        aYBpbPgP+t7qzM7TAY="}
        """#,
        "WebhookPage":
            #"""
        {"items":[{"id":"whk_01a22b384e26735fbfdd0be54ad0587e","url":"https://example.com/hooks","events":["order.*"\#
        ],"state":"enabled","cursor":28,"tries":0,"createdAt":"2026-11-30T06:50:40.038Z","updatedAt":"2026-11-30T06:\#
        50:40.038Z","version":1,"secrets":[{"createdAt":"2026-11-30T06:50:40.038Z"}]}],"next":null}
        """#,
    ]
}
