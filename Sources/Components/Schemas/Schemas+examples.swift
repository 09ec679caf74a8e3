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
        {"id":"crt_01a22bca5a13710bb3c58e1238c7285c","state":"open","currency":"GBP","lines":[{"sku":"MUG-BLUE","nam\#
        e":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,"currency":"GB\#
        P"}}],"total":{"amount":1790,"currency":"GBP"},"expiresAt":"2026-12-30T09:30:11.354Z","createdAt":"2026-11-3\#
        0T09:30:11.347Z","updatedAt":"2026-11-30T09:30:11.354Z","version":2}
        """#,
        "Credit":
            #"""
        {"id":"crd_01a22bca6e3e75ee99c78bc148e5d5fd","kind":"credit","amount":{"amount":200,"currency":"GBP"},"reaso\#
        n":"late delivery","order":"ord_01a22bca5a25712c8791168116ae9ddd","createdAt":"2026-11-30T09:30:16.510Z"}
        """#,
        "CreditPage":
            #"""
        {"items":[{"id":"crd_01a22bca6e3e75ee99c78bc148e5d5fd","kind":"credit","amount":{"amount":200,"currency":"GB\#
        P"},"reason":"late delivery","order":"ord_01a22bca5a25712c8791168116ae9ddd","createdAt":"2026-11-30T09:30:16\#
        .510Z"},{"id":"crd_01a22bca6dbc750db4fc5e9240a42df9","kind":"return","amount":{"amount":895,"currency":"GBP"\#
        },"reason":"chipped","customer":"cus_01a22bca5a067540b42182dc9a669fa3","order":"ord_01a22bca5a25712c87911681\#
        16ae9ddd","reference":"ret_01a22bca6dbc750cabd450b65b7a903d","createdAt":"2026-11-30T09:30:16.380Z"}],"next"\#
        :null}
        """#,
        "Customer":
            #"""
        {"id":"cus_01a22bca5a067540b42182dc9a669fa3","email":"ann@example.com","name":"Ann Lee","addresses":[{"city"\#
        :"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metadata":{},"cre\#
        atedAt":"2026-11-30T09:30:11.334Z","updatedAt":"2026-11-30T09:30:11.334Z","version":1}
        """#,
        "CustomerExport":
            #"""
        {"customer":{"id":"cus_01a22bca5a067540b42182dc9a669fa3","email":"ann@example.com","name":"Ann Lee","address\#
        es":[{"city":"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metad\#
        ata":{},"createdAt":"2026-11-30T09:30:11.334Z","updatedAt":"2026-11-30T09:30:11.334Z","version":1},"orders":\#
        [{"id":"ord_01a22bca5a25712c8791168116ae9ddd","state":"completed","currency":"GBP","lines":[{"line":1,"sku":\#
        "MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790\#
        ,"currency":"GBP"},"fulfilled":2,"returned":1,"allocations":[{"location":"main","quantity":2}]},{"line":2,"s\#
        ku":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"am\#
        ount":2450,"currency":"GBP"},"fulfilled":1,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"\#
        total":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"paid","current":"pay_01a22bca5a2\#
        5712c8791168116ae9ddd","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"},"captured":{"amoun\#
        t":4240,"currency":"GBP"},"refunded":{"amount":895,"currency":"GBP"}},"customer":{"id":"cus_01a22bca5a067540\#
        b42182dc9a669fa3","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Leeds","country":"GB","line1\#
        ":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001","createdAt":"2026-11-30T09\#
        :30:11.365Z","updatedAt":"2026-11-30T09:30:16.433Z","version":8,"history":[{"state":"pendingPayment","at":"2\#
        026-11-30T09:30:11.365Z","reservedUntil":"2026-12-03T09:30:11.365Z"},{"state":"confirmed","at":"2026-11-30T0\#
        9:30:11.397Z"},{"state":"fulfilled","at":"2026-11-30T09:30:13.215Z"},{"state":"completed","at":"2026-11-30T0\#
        9:30:16.222Z"}]}],"payments":[{"id":"pay_01a22bca5a25712c8791168116ae9ddd","order":"ord_01a22bca5a25712c8791\#
        168116ae9ddd","number":1,"method":"card","state":"captured","provider":"sandbox","amount":{"amount":4240,"cu\#
        rrency":"GBP"},"capture":"onShipment","reference":"chg_01a22bca5a3a76728b22aafceb7126a3","authorised":{"amou\#
        nt":4240,"currency":"GBP"},"captured":{"amount":4240,"currency":"GBP"},"refunded":{"amount":895,"currency":"\#
        GBP"},"fees":{"amount":0,"currency":"GBP"},"operations":[{"kind":"authorise","key":"pay_01a22bca5a25712c8791\#
        168116ae9ddd-1","amount":{"amount":4240,"currency":"GBP"},"state":"done","tries":1,"firstTriedAt":"2026-11-3\#
        0T09:30:11.377Z","action":"act_01a22bca5a3a7221907982d00821f505"},{"kind":"capture","key":"pay_01a22bca5a257\#
        12c8791168116ae9ddd-2","amount":{"amount":4240,"currency":"GBP"},"final":true,"state":"done","tries":1,"firs\#
        tTriedAt":"2026-11-30T09:30:13.405Z","action":"act_01a22bca62237270816c3d258c8cfea6"},{"kind":"refund","key"\#
        :"pay_01a22bca5a25712c8791168116ae9ddd-3","amount":{"amount":895,"currency":"GBP"},"return":"ret_01a22bca6db\#
        c750cabd450b65b7a903d","state":"done","tries":1,"firstTriedAt":"2026-11-30T09:30:16.408Z","action":"act_01a2\#
        2bca6de0727986ecec24e0613680"}],"createdAt":"2026-11-30T09:30:11.365Z","updatedAt":"2026-11-30T09:30:16.433Z\#
        ","version":6}],"returns":[{"id":"ret_01a22bca6dbc750cabd450b65b7a903d","order":"ord_01a22bca5a25712c8791168\#
        116ae9ddd","lines":[{"line":1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895,"\#
        currency":"GBP"},"places":[{"location":"main","quantity":1}]}],"credit":{"amount":895,"currency":"GBP"},"cre\#
        ditId":"crd_01a22bca6dbc750db4fc5e9240a42df9","refund":{"amount":895,"currency":"GBP"},"reason":"chipped","c\#
        reatedAt":"2026-11-30T09:30:16.380Z","state":"inspected"}],"credits":[{"id":"crd_01a22bca6dbc750db4fc5e9240a\#
        42df9","kind":"return","amount":{"amount":895,"currency":"GBP"},"reason":"chipped","customer":"cus_01a22bca5\#
        a067540b42182dc9a669fa3","order":"ord_01a22bca5a25712c8791168116ae9ddd","reference":"ret_01a22bca6dbc750cabd\#
        450b65b7a903d","createdAt":"2026-11-30T09:30:16.380Z"},{"id":"crd_01a22bca6e3e75ee99c78bc148e5d5fd","kind":"\#
        credit","amount":{"amount":200,"currency":"GBP"},"reason":"late delivery","order":"ord_01a22bca5a25712c87911\#
        68116ae9ddd","createdAt":"2026-11-30T09:30:16.510Z"}],"carts":[],"shipments":[{"id":"shp_01a22bca5a5d73b9b74\#
        2cb7c67db7349","order":"ord_01a22bca5a25712c8791168116ae9ddd","number":1,"state":"delivered","stateAt":"2026\#
        -11-30T09:30:15.003Z","location":"main","carrier":"sandbox","service":"standard","lines":[{"line":1,"quantit\#
        y":2},{"line":2,"quantity":1}],"grams":1600,"trackingNumber":"SBX872660518523","reference":"bkg_01a22bca5b85\#
        76089ef2994ff7f4b39c","estimatedDelivery":"2026-11-30T09:30:16.517Z","estimatedAt":"2026-11-30T09:30:15.003Z\#
        ","promisedBy":"2026-11-30T09:30:16.517Z","late":false,"arrivedLate":false,"handedOverAt":"2026-11-30T09:30:\#
        12.138Z","handedOverRecordedAt":"2026-11-30T09:30:13.215Z","carrierSince":"2026-11-30T09:30:12.138Z","delive\#
        redAt":"2026-11-30T09:30:15.003Z","deliveredRecordedAt":"2026-11-30T09:30:16.222Z","transitSeconds":2,"event\#
        s":[{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_0","code":"handedOver","at":"2026-11-30T09:30:12.138Z","\#
        receivedAt":"2026-11-30T09:30:13.215Z","note":"taken over from the sender","estimatedDelivery":"2026-11-30T0\#
        9:30:16.517Z"},{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_1","code":"inTransit","at":"2026-11-30T09:30:\#
        12.760Z","receivedAt":"2026-11-30T09:30:13.215Z","note":"sorted in the region of the sender","estimatedDeliv\#
        ery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_2","code":"inTransit","at":\#
        "2026-11-30T09:30:14.039Z","receivedAt":"2026-11-30T09:30:14.723Z","note":"arrived in the region of the rece\#
        iver","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_3","co\#
        de":"outForDelivery","at":"2026-11-30T09:30:14.277Z","receivedAt":"2026-11-30T09:30:14.723Z","note":"with th\#
        e driver","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_4"\#
        ,"code":"delivered","at":"2026-11-30T09:30:15.003Z","receivedAt":"2026-11-30T09:30:16.222Z","note":"handed t\#
        o the receiver","estimatedDelivery":"2026-11-30T09:30:16.517Z"}],"operations":[{"kind":"book","key":"shp_01a\#
        22bca5a5d73b9b742cb7c67db7349-1","state":"done","tries":1,"firstTriedAt":"2026-11-30T09:30:11.727Z"},{"kind"\#
        :"label","key":"shp_01a22bca5a5d73b9b742cb7c67db7349-2","state":"done","tries":1,"firstTriedAt":"2026-11-30T\#
        09:30:11.761Z"}],"createdAt":"2026-11-30T09:30:11.421Z","updatedAt":"2026-11-30T09:30:16.222Z","version":6}]\#
        ,"labels":[{"shipment":"shp_01a22bca5a5d73b9b742cb7c67db7349","href":"/v1/shipments/shp_01a22bca5a5d73b9b742\#
        cb7c67db7349/label","mediaType":"application/pdf","base64":"JVBERi0xLjQKMSAwIG9iago8PCAvVHlwZSAvQ2F0YWxvZyAv\#
        UGFnZXMgMiAwIFIgPj4KZW5kb2JqCjIgMCBvYmoKPDwgL1R5cGUgL1BhZ2VzIC9LaWRzIFszIDAgUl0gL0NvdW50IDEgPj4KZW5kb2JqCjMg\#
        MCBvYmoKPDwgL1R5cGUgL1BhZ2UgL1BhcmVudCAyIDAgUiAvTWVkaWFCb3ggWzAgMCAyOTggNDIwXSAvQ29udGVudHMgNCAwIFIgL1Jlc291\#
        cmNlcyA8PCAvRm9udCA8PCAvRjEgNSAwIFIgPj4gPj4gPj4KZW5kb2JqCjQgMCBvYmoKPDwgL0xlbmd0aCAyMDA0ID4+CnN0cmVhbQoyMC4w\#
        IDM1MCAwLjY1IDUwIHJlIDIyLjI1IDM1MCAwLjY1IDUwIHJlIDIzLjU1IDM1MCAxLjYgNTAgcmUgMjUuOCAzNTAgMS42IDUwIHJlIDI4LjA1\#
        IDM1MCAwLjY1IDUwIHJlIDI5LjM0OTk5OTk5OTk5OTk5OCAzNTAgMC42NSA1MCByZSAzMC42NSAzNTAgMS42IDUwIHJlIDMyLjkgMzUwIDAu\#
        NjUgNTAgcmUgMzQuMiAzNTAgMS42IDUwIHJlIDM3LjQgMzUwIDAuNjUgNTAgcmUgMzguNjk5OTk5OTk5OTk5OTk2IDM1MCAwLjY1IDUwIHJl\#
        IDQwLjAgMzUwIDEuNiA1MCByZSA0Mi4yNSAzNTAgMC42NSA1MCByZSA0NC41IDM1MCAwLjY1IDUwIHJlIDQ1LjggMzUwIDEuNiA1MCByZSA0\#
        OC4wNSAzNTAgMC42NSA1MCByZSA1MC4zIDM1MCAwLjY1IDUwIHJlIDUxLjYgMzUwIDEuNiA1MCByZSA1My44NSAzNTAgMC42NSA1MCByZSA1\#
        NS4xNSAzNTAgMS42IDUwIHJlIDU3LjQgMzUwIDEuNiA1MCByZSA1OS42NSAzNTAgMC42NSA1MCByZSA2MS45IDM1MCAwLjY1IDUwIHJlIDYz\#
        LjIgMzUwIDEuNiA1MCByZSA2NS40NSAzNTAgMC42NSA1MCByZSA2Ni43NSAzNTAgMC42NSA1MCByZSA2OC4wNSAzNTAgMC42NSA1MCByZSA3\#
        MC4zIDM1MCAwLjY1IDUwIHJlIDcxLjYgMzUwIDEuNiA1MCByZSA3My44NSAzNTAgMS42IDUwIHJlIDc2LjEwMDAwMDAwMDAwMDAxIDM1MCAw\#
        LjY1IDUwIHJlIDc3LjQgMzUwIDEuNiA1MCByZSA4MC42IDM1MCAwLjY1IDUwIHJlIDgxLjkgMzUwIDAuNjUgNTAgcmUgODMuMiAzNTAgMS42\#
        IDUwIHJlIDg1LjQ1IDM1MCAwLjY1IDUwIHJlIDg2Ljc1IDM1MCAxLjYgNTAgcmUgODkuOTUgMzUwIDEuNiA1MCByZSA5Mi4yIDM1MCAwLjY1\#
        IDUwIHJlIDkzLjUgMzUwIDAuNjUgNTAgcmUgOTQuODAwMDAwMDAwMDAwMDEgMzUwIDAuNjUgNTAgcmUgOTYuMSAzNTAgMS42IDUwIHJlIDk5\#
        LjMgMzUwIDEuNiA1MCByZSAxMDEuNTUgMzUwIDAuNjUgNTAgcmUgMTAyLjg1IDM1MCAwLjY1IDUwIHJlIDEwNC4xNSAzNTAgMC42NSA1MCBy\#
        ZSAxMDUuNDUgMzUwIDAuNjUgNTAgcmUgMTA3LjcgMzUwIDEuNiA1MCByZSAxMDkuOTUgMzUwIDEuNiA1MCByZSAxMTIuMiAzNTAgMC42NSA1\#
        MCByZSAxMTMuNSAzNTAgMS42IDUwIHJlIDExNS43NSAzNTAgMC42NSA1MCByZSAxMTguMCAzNTAgMS42IDUwIHJlIDEyMC4yNSAzNTAgMC42\#
        NSA1MCByZSAxMjEuNTUgMzUwIDAuNjUgNTAgcmUgMTIyLjg1MDAwMDAwMDAwMDAxIDM1MCAxLjYgNTAgcmUgMTI1LjEgMzUwIDAuNjUgNTAg\#
        cmUgMTI3LjM1IDM1MCAwLjY1IDUwIHJlIDEyOC42NSAzNTAgMC42NSA1MCByZSAxMjkuOTUgMzUwIDEuNiA1MCByZSAxMzIuMjAwMDAwMDAw\#
        MDAwMDIgMzUwIDEuNiA1MCByZSAxMzQuNDUgMzUwIDAuNjUgNTAgcmUgMTM2LjcgMzUwIDAuNjUgNTAgcmUgMTM4LjAgMzUwIDEuNiA1MCBy\#
        ZSAxNDAuMjUgMzUwIDAuNjUgNTAgcmUgMTQxLjU1IDM1MCAxLjYgNTAgcmUgMTQzLjggMzUwIDAuNjUgNTAgcmUgMTQ2LjA1IDM1MCAxLjYg\#
        NTAgcmUgMTQ4LjMgMzUwIDAuNjUgNTAgcmUgMTQ5LjYgMzUwIDAuNjUgNTAgcmUgMTUwLjkgMzUwIDAuNjUgNTAgcmUgMTUyLjIgMzUwIDEu\#
        NiA1MCByZSAxNTUuNCAzNTAgMC42NSA1MCByZSAxNTYuNyAzNTAgMC42NSA1MCByZSAxNTguMCAzNTAgMS42IDUwIHJlIDE2MC4yNSAzNTAg\#
        MS42IDUwIHJlIDE2Mi41IDM1MCAxLjYgNTAgcmUgMTY1LjcgMzUwIDAuNjUgNTAgcmUgMTY3LjAgMzUwIDAuNjUgNTAgcmUgMTY4LjMgMzUw\#
        IDAuNjUgNTAgcmUgMTY5LjYgMzUwIDAuNjUgNTAgcmUgMTcxLjg1IDM1MCAwLjY1IDUwIHJlIDE3My4xNSAzNTAgMS42IDUwIHJlIDE3NS40\#
        IDM1MCAxLjYgNTAgcmUgMTc3LjY1IDM1MCAwLjY1IDUwIHJlIGYgQlQgL0YxIDEyIFRmIDE2IFRMIDIwIDMzMCBUZCAoU0JYODcyNjYwNTE4\#
        NTIzKSBUaiBUKiAoc3RhbmRhcmQsIDE2MDAgZywgZnJvbSBtYWluKSBUaiBUKiAoKSBUaiBUKiAoTGVlZHMpIFRqIFQqIChHQikgVGogVCog\#
        KDEgSGlnaCBTdHJlZXQpIFRqIFQqIChBbm4gTGVlKSBUaiBUKiAoTFMxIDFBQSkgVGogVCogRVQKZW5kc3RyZWFtCmVuZG9iago1IDAgb2Jq\#
        Cjw8IC9UeXBlIC9Gb250IC9TdWJ0eXBlIC9UeXBlMSAvQmFzZUZvbnQgL0hlbHZldGljYSA+PgplbmRvYmoKeHJlZgowIDYKMDAwMDAwMDAw\#
        MCA2NTUzNSBmIAowMDAwMDAwMDA5IDAwMDAwIG4gCjAwMDAwMDAwNTggMDAwMDAgbiAKMDAwMDAwMDExNSAwMDAwMCBuIAowMDAwMDAwMjQx\#
        IDAwMDAwIG4gCjAwMDAwMDIyOTcgMDAwMDAgbiAKdHJhaWxlcgo8PCAvU2l6ZSA2IC9Sb290IDEgMCBSID4+CnN0YXJ0eHJlZgoyMzY3CiUl\#
        RU9GCg=="}],"storeCredits":[{"customer":"cus_01a22bca5a067540b42182dc9a669fa3","balance":{"amount":500,"curr\#
        ency":"GBP"},"updatedAt":"2026-11-30T09:30:16.525Z"}],"entries":[{"number":7,"at":"2026-11-30T09:30:16.525Z"\#
        ,"kind":"storeCreditGranted","note":"cus_01a22bca5a067540b42182dc9a669fa3 late delivery","postings":[{"accou\#
        nt":"goodwill","amount":{"amount":500,"currency":"GBP"}},{"account":"storeCredit","amount":{"amount":-500,"c\#
        urrency":"GBP"}}]}]}
        """#,
        "CustomerPage":
            #"""
        {"items":[{"id":"cus_01a22bca5a067540b42182dc9a669fa3","email":"ann@example.com","name":"Ann Lee","addresses\#
        ":[{"city":"Leeds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"}],"metadat\#
        a":{},"createdAt":"2026-11-30T09:30:11.334Z","updatedAt":"2026-11-30T09:30:11.334Z","version":1}],"next":nul\#
        l}
        """#,
        "DeliveryPage":
            #"""
        {"items":[],"next":null}
        """#,
        "EntryPage":
            #"""
        {"items":[{"number":1,"at":"2026-11-30T09:30:11.397Z","kind":"orderConfirmed","order":"ord_01a22bca5a25712c8\#
        791168116ae9ddd","postings":[{"account":"receivable","amount":{"amount":4240,"currency":"GBP"}},{"account":"\#
        revenue","amount":{"amount":-4240,"currency":"GBP"}}]},{"number":2,"at":"2026-11-30T09:30:13.418Z","kind":"c\#
        aptured","order":"ord_01a22bca5a25712c8791168116ae9ddd","payment":"pay_01a22bca5a25712c8791168116ae9ddd","po\#
        stings":[{"account":"clearing/sandbox","amount":{"amount":4240,"currency":"GBP"}},{"account":"receivable","a\#
        mount":{"amount":-4240,"currency":"GBP"}}]}],"next":"AQAAAAAAAAACYH8BBAPHD60"}
        """#,
        "EventPage":
            #"""
        {"items":[{"seq":1,"type":"key.created","subject":"key_01a22bca50d3765aba50660836f82bba","at":"2026-11-30T09\#
        :30:09.140Z","data":{"scopes":["admin"]}},{"seq":2,"type":"product.created","subject":"MUG-BLUE","at":"2026-\#
        11-30T09:30:11.278Z","data":{"version":1}}],"next":2}
        """#,
        "IssuedGiftCard":
            #"""
        {"id":"gft_c0d917af0f370580492c76879a7e009a","issued":{"amount":5000,"currency":"GBP"},"balance":{"amount":5\#
        000,"currency":"GBP"},"createdAt":"2026-11-30T09:30:16.519Z","updatedAt":"2026-11-30T09:30:16.519Z","version\#
        ":1,"code":"3BYR-GVB2-N3MD-FMN3"}
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
        s":0,"reason":"delivery 4711","at":"2026-11-30T09:30:11.287Z"}
        """#,
        "MovementPage":
            #"""
        {"items":[{"id":8,"sku":"MUG-BLUE","location":"main","kind":"returned","quantity":1,"onHand":39,"reserved":0\#
        ,"previous":6,"order":"ord_01a22bca5a25712c8791168116ae9ddd","reason":"ret_01a22bca6dbc750cabd450b65b7a903d"\#
        ,"at":"2026-11-30T09:30:16.380Z"},{"id":6,"sku":"MUG-BLUE","location":"main","kind":"shipped","quantity":-2,\#
        "onHand":38,"reserved":0,"previous":4,"order":"ord_01a22bca5a25712c8791168116ae9ddd","at":"2026-11-30T09:30:\#
        13.215Z"}],"next":"AQAAAAAAAAAEC4JGHsYgUF0"}
        """#,
        "Order":
            #"""
        {"id":"ord_01a22bca5a25712c8791168116ae9ddd","state":"confirmed","currency":"GBP","lines":[{"line":1,"sku":"\#
        MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,\#
        "currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":2}]},{"line":2,"sk\#
        u":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"amo\#
        unt":2450,"currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"t\#
        otal":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"authorised","current":"pay_01a22b\#
        ca5a25712c8791168116ae9ddd","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"}},"customer":{\#
        "id":"cus_01a22bca5a067540b42182dc9a669fa3","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Le\#
        eds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001",\#
        "createdAt":"2026-11-30T09:30:11.365Z","updatedAt":"2026-11-30T09:30:11.397Z","version":3,"history":[{"state\#
        ":"pendingPayment","at":"2026-11-30T09:30:11.365Z","reservedUntil":"2026-12-03T09:30:11.365Z"},{"state":"con\#
        firmed","at":"2026-11-30T09:30:11.397Z"}]}
        """#,
        "OrderPage":
            #"""
        {"items":[{"id":"ord_01a22bca5a25712c8791168116ae9ddd","state":"completed","currency":"GBP","lines":[{"line"\#
        :1,"sku":"MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amo\#
        unt":1790,"currency":"GBP"},"fulfilled":2,"returned":1,"allocations":[{"location":"main","quantity":2}]},{"l\#
        ine":2,"sku":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"to\#
        tal":{"amount":2450,"currency":"GBP"},"fulfilled":1,"returned":0,"allocations":[{"location":"main","quantity\#
        ":1}]}],"total":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"paid","current":"pay_01\#
        a22bca5a25712c8791168116ae9ddd","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"},"captured\#
        ":{"amount":4240,"currency":"GBP"},"refunded":{"amount":895,"currency":"GBP"}},"customer":{"id":"cus_01a22bc\#
        a5a067540b42182dc9a669fa3","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Leeds","country":"G\#
        B","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001","createdAt":"2026\#
        -11-30T09:30:11.365Z","updatedAt":"2026-11-30T09:30:16.433Z","version":8,"history":[{"state":"pendingPayment\#
        ","at":"2026-11-30T09:30:11.365Z","reservedUntil":"2026-12-03T09:30:11.365Z"},{"state":"confirmed","at":"202\#
        6-11-30T09:30:11.397Z"},{"state":"fulfilled","at":"2026-11-30T09:30:13.215Z"},{"state":"completed","at":"202\#
        6-11-30T09:30:16.222Z"}]}],"next":null}
        """#,
        "Payment":
            #"""
        {"id":"pay_01a22bca5a25712c8791168116ae9ddd","order":"ord_01a22bca5a25712c8791168116ae9ddd","number":1,"meth\#
        od":"card","state":"captured","provider":"sandbox","amount":{"amount":4240,"currency":"GBP"},"capture":"onSh\#
        ipment","reference":"chg_01a22bca5a3a76728b22aafceb7126a3","authorised":{"amount":4240,"currency":"GBP"},"ca\#
        ptured":{"amount":4240,"currency":"GBP"},"refunded":{"amount":0,"currency":"GBP"},"fees":{"amount":0,"curren\#
        cy":"GBP"},"operations":[{"kind":"authorise","key":"pay_01a22bca5a25712c8791168116ae9ddd-1","amount":{"amoun\#
        t":4240,"currency":"GBP"},"state":"done","tries":1,"firstTriedAt":"2026-11-30T09:30:11.377Z","action":"act_0\#
        1a22bca5a3a7221907982d00821f505"},{"kind":"capture","key":"pay_01a22bca5a25712c8791168116ae9ddd-2","amount":\#
        {"amount":4240,"currency":"GBP"},"final":true,"state":"done","tries":1,"firstTriedAt":"2026-11-30T09:30:13.4\#
        05Z","action":"act_01a22bca62237270816c3d258c8cfea6"}],"createdAt":"2026-11-30T09:30:11.365Z","updatedAt":"2\#
        026-11-30T09:30:13.418Z","version":4}
        """#,
        "PaymentPage":
            #"""
        {"items":[{"id":"pay_01a22bca5a25712c8791168116ae9ddd","order":"ord_01a22bca5a25712c8791168116ae9ddd","numbe\#
        r":1,"method":"card","state":"authorised","provider":"sandbox","amount":{"amount":4240,"currency":"GBP"},"ca\#
        pture":"onShipment","reference":"chg_01a22bca5a3a76728b22aafceb7126a3","authorised":{"amount":4240,"currency\#
        ":"GBP"},"captured":{"amount":0,"currency":"GBP"},"refunded":{"amount":0,"currency":"GBP"},"fees":{"amount":\#
        0,"currency":"GBP"},"operations":[{"kind":"authorise","key":"pay_01a22bca5a25712c8791168116ae9ddd-1","amount\#
        ":{"amount":4240,"currency":"GBP"},"state":"done","tries":1,"firstTriedAt":"2026-11-30T09:30:11.377Z","actio\#
        n":"act_01a22bca5a3a7221907982d00821f505"}],"createdAt":"2026-11-30T09:30:11.365Z","updatedAt":"2026-11-30T0\#
        9:30:11.397Z","version":2}],"next":null}
        """#,
        "PlacedOrder":
            #"""
        {"id":"ord_01a22bca5a25712c8791168116ae9ddd","state":"confirmed","currency":"GBP","lines":[{"line":1,"sku":"\#
        MUG-BLUE","name":"Blue mug","quantity":2,"unitPrice":{"amount":895,"currency":"GBP"},"total":{"amount":1790,\#
        "currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":2}]},{"line":2,"sk\#
        u":"TEAPOT","name":"Teapot for four","quantity":1,"unitPrice":{"amount":2450,"currency":"GBP"},"total":{"amo\#
        unt":2450,"currency":"GBP"},"fulfilled":0,"returned":0,"allocations":[{"location":"main","quantity":1}]}],"t\#
        otal":{"amount":4240,"currency":"GBP"},"payment":{"method":"card","state":"authorised","current":"pay_01a22b\#
        ca5a25712c8791168116ae9ddd","provider":"sandbox","authorised":{"amount":4240,"currency":"GBP"}},"customer":{\#
        "id":"cus_01a22bca5a067540b42182dc9a669fa3","email":"ann@example.com","name":"Ann Lee"},"shipTo":{"city":"Le\#
        eds","country":"GB","line1":"1 High Street","name":"Ann Lee","postalCode":"LS1 1AA"},"reference":"web-1001",\#
        "createdAt":"2026-11-30T09:30:11.365Z","updatedAt":"2026-11-30T09:30:11.397Z","version":3,"history":[{"state\#
        ":"pendingPayment","at":"2026-11-30T09:30:11.365Z","reservedUntil":"2026-12-03T09:30:11.365Z"},{"state":"con\#
        firmed","at":"2026-11-30T09:30:11.397Z"}],"secret":"osk_8b44f9f0ee6dd65bf379afa9af68ad65"}
        """#,
        "Product":
            #"""
        {"sku":"MUG-BLUE","name":"Blue mug","description":"","group":"mugs","options":{"colour":"blue"},"categories"\#
        :["Kitchen"],"prices":[{"amount":895,"currency":"GBP"}],"active":true,"tracked":true,"grams":350,"metadata":\#
        {},"version":1,"createdAt":"2026-11-30T09:30:11.278Z","updatedAt":"2026-11-30T09:30:11.278Z"}
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
        metadata":{},"version":1,"createdAt":"2026-11-30T09:30:11.278Z","updatedAt":"2026-11-30T09:30:11.278Z"},{"sk\#
        u":"MUG-RED","name":"Red mug","description":"","group":"mugs","options":{"colour":"red"},"categories":["Kitc\#
        hen"],"prices":[{"amount":895,"currency":"GBP"}],"active":true,"tracked":true,"grams":350,"metadata":{},"ver\#
        sion":1,"createdAt":"2026-11-30T09:30:11.297Z","updatedAt":"2026-11-30T09:30:11.297Z"}],"next":"AU1VRy1SRUS2\#
        uPp3Mtc6nQ"}
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
        {"id":"ret_01a22bca6dbc750cabd450b65b7a903d","order":"ord_01a22bca5a25712c8791168116ae9ddd","lines":[{"line"\#
        :1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895,"currency":"GBP"},"places":[\#
        {"location":"main","quantity":1}]}],"credit":{"amount":895,"currency":"GBP"},"creditId":"crd_01a22bca6dbc750\#
        db4fc5e9240a42df9","refund":{"amount":895,"currency":"GBP"},"reason":"chipped","createdAt":"2026-11-30T09:30\#
        :16.380Z","state":"inspected"}
        """#,
        "ReturnPage":
            #"""
        {"items":[{"id":"ret_01a22bca6dbc750cabd450b65b7a903d","order":"ord_01a22bca5a25712c8791168116ae9ddd","lines\#
        ":[{"line":1,"sku":"MUG-BLUE","quantity":1,"disposition":"restock","amount":{"amount":895,"currency":"GBP"},\#
        "places":[{"location":"main","quantity":1}]}],"credit":{"amount":895,"currency":"GBP"},"creditId":"crd_01a22\#
        bca6dbc750db4fc5e9240a42df9","refund":{"amount":895,"currency":"GBP"},"reason":"chipped","createdAt":"2026-1\#
        1-30T09:30:16.380Z","state":"inspected"}],"next":null}
        """#,
        "Shipment":
            #"""
        {"id":"shp_01a22bca5a5d73b9b742cb7c67db7349","order":"ord_01a22bca5a25712c8791168116ae9ddd","number":1,"stat\#
        e":"delivered","stateAt":"2026-11-30T09:30:15.003Z","location":"main","carrier":"sandbox","service":"standar\#
        d","lines":[{"line":1,"quantity":2},{"line":2,"quantity":1}],"grams":1600,"trackingNumber":"SBX872660518523"\#
        ,"reference":"bkg_01a22bca5b8576089ef2994ff7f4b39c","estimatedDelivery":"2026-11-30T09:30:16.517Z","estimate\#
        dAt":"2026-11-30T09:30:15.003Z","promisedBy":"2026-11-30T09:30:16.517Z","late":false,"arrivedLate":false,"ha\#
        ndedOverAt":"2026-11-30T09:30:12.138Z","handedOverRecordedAt":"2026-11-30T09:30:13.215Z","carrierSince":"202\#
        6-11-30T09:30:12.138Z","deliveredAt":"2026-11-30T09:30:15.003Z","deliveredRecordedAt":"2026-11-30T09:30:16.2\#
        22Z","transitSeconds":2,"events":[{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_0","code":"handedOver","at\#
        ":"2026-11-30T09:30:12.138Z","receivedAt":"2026-11-30T09:30:13.215Z","note":"taken over from the sender","es\#
        timatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_1","code":"inTr\#
        ansit","at":"2026-11-30T09:30:12.760Z","receivedAt":"2026-11-30T09:30:13.215Z","note":"sorted in the region \#
        of the sender","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b3\#
        9c_2","code":"inTransit","at":"2026-11-30T09:30:14.039Z","receivedAt":"2026-11-30T09:30:14.723Z","note":"arr\#
        ived in the region of the receiver","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22bca5\#
        b8576089ef2994ff7f4b39c_3","code":"outForDelivery","at":"2026-11-30T09:30:14.277Z","receivedAt":"2026-11-30T\#
        09:30:14.723Z","note":"with the driver","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22\#
        bca5b8576089ef2994ff7f4b39c_4","code":"delivered","at":"2026-11-30T09:30:15.003Z","receivedAt":"2026-11-30T0\#
        9:30:16.222Z","note":"handed to the receiver","estimatedDelivery":"2026-11-30T09:30:16.517Z"}],"operations":\#
        [{"kind":"book","key":"shp_01a22bca5a5d73b9b742cb7c67db7349-1","state":"done","tries":1,"firstTriedAt":"2026\#
        -11-30T09:30:11.727Z"},{"kind":"label","key":"shp_01a22bca5a5d73b9b742cb7c67db7349-2","state":"done","tries"\#
        :1,"firstTriedAt":"2026-11-30T09:30:11.761Z"}],"createdAt":"2026-11-30T09:30:11.421Z","updatedAt":"2026-11-3\#
        0T09:30:16.222Z","version":6}
        """#,
        "ShipmentPage":
            #"""
        {"items":[{"id":"shp_01a22bca5a5d73b9b742cb7c67db7349","order":"ord_01a22bca5a25712c8791168116ae9ddd","numbe\#
        r":1,"state":"delivered","stateAt":"2026-11-30T09:30:15.003Z","location":"main","carrier":"sandbox","service\#
        ":"standard","lines":[{"line":1,"quantity":2},{"line":2,"quantity":1}],"grams":1600,"trackingNumber":"SBX872\#
        660518523","reference":"bkg_01a22bca5b8576089ef2994ff7f4b39c","estimatedDelivery":"2026-11-30T09:30:16.517Z"\#
        ,"estimatedAt":"2026-11-30T09:30:15.003Z","promisedBy":"2026-11-30T09:30:16.517Z","late":false,"arrivedLate"\#
        :false,"handedOverAt":"2026-11-30T09:30:12.138Z","handedOverRecordedAt":"2026-11-30T09:30:13.215Z","carrierS\#
        ince":"2026-11-30T09:30:12.138Z","deliveredAt":"2026-11-30T09:30:15.003Z","deliveredRecordedAt":"2026-11-30T\#
        09:30:16.222Z","transitSeconds":2,"events":[{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_0","code":"hande\#
        dOver","at":"2026-11-30T09:30:12.138Z","receivedAt":"2026-11-30T09:30:13.215Z","note":"taken over from the s\#
        ender","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22bca5b8576089ef2994ff7f4b39c_1","c\#
        ode":"inTransit","at":"2026-11-30T09:30:12.760Z","receivedAt":"2026-11-30T09:30:13.215Z","note":"sorted in t\#
        he region of the sender","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg_01a22bca5b8576089ef2\#
        994ff7f4b39c_2","code":"inTransit","at":"2026-11-30T09:30:14.039Z","receivedAt":"2026-11-30T09:30:14.723Z","\#
        note":"arrived in the region of the receiver","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt_bkg\#
        _01a22bca5b8576089ef2994ff7f4b39c_3","code":"outForDelivery","at":"2026-11-30T09:30:14.277Z","receivedAt":"2\#
        026-11-30T09:30:14.723Z","note":"with the driver","estimatedDelivery":"2026-11-30T09:30:16.517Z"},{"id":"evt\#
        _bkg_01a22bca5b8576089ef2994ff7f4b39c_4","code":"delivered","at":"2026-11-30T09:30:15.003Z","receivedAt":"20\#
        26-11-30T09:30:16.222Z","note":"handed to the receiver","estimatedDelivery":"2026-11-30T09:30:16.517Z"}],"op\#
        erations":[{"kind":"book","key":"shp_01a22bca5a5d73b9b742cb7c67db7349-1","state":"done","tries":1,"firstTrie\#
        dAt":"2026-11-30T09:30:11.727Z"},{"kind":"label","key":"shp_01a22bca5a5d73b9b742cb7c67db7349-2","state":"don\#
        e","tries":1,"firstTriedAt":"2026-11-30T09:30:11.761Z"}],"createdAt":"2026-11-30T09:30:11.421Z","updatedAt":\#
        "2026-11-30T09:30:16.222Z","version":6}],"next":null}
        """#,
        "Stock":
            #"""
        {"sku":"MUG-BLUE","tracked":true,"onHand":39,"reserved":0,"available":39,"locations":[{"location":"main","on\#
        Hand":39,"reserved":0,"available":39}]}
        """#,
        "StoreCredit":
            #"""
        {"customer":"cus_01a22bca5a067540b42182dc9a669fa3","balance":{"amount":500,"currency":"GBP"},"updatedAt":"20\#
        26-11-30T09:30:16.525Z"}
        """#,
        "StoreCreditPage":
            #"""
        {"items":[{"customer":"cus_01a22bca5a067540b42182dc9a669fa3","balance":{"amount":500,"currency":"GBP"},"upda\#
        tedAt":"2026-11-30T09:30:16.525Z"}],"next":null}
        """#,
        "Webhook":
            #"""
        {"id":"whk_01a22bca6e5476c99fe1bbc834b192ad","url":"https://example.com/hooks","events":["order.*"],"state":\#
        "enabled","cursor":28,"tries":0,"createdAt":"2026-11-30T09:30:16.532Z","updatedAt":"2026-11-30T09:30:16.532Z\#
        ","version":1,"secrets":[{"createdAt":"2026-11-30T09:30:16.532Z"}],"secret":"whsec_Or0gsEdEeeakTNsyDe52WUfdG\#
        bGc308Tm5qDAqrR+r0="}
        """#,
        "WebhookPage":
            #"""
        {"items":[{"id":"whk_01a22bca6e5476c99fe1bbc834b192ad","url":"https://example.com/hooks","events":["order.*"\#
        ],"state":"enabled","cursor":28,"tries":0,"createdAt":"2026-11-30T09:30:16.532Z","updatedAt":"2026-11-30T09:\#
        30:16.532Z","version":1,"secrets":[{"createdAt":"2026-11-30T09:30:16.532Z"}]}],"next":null}
        """#,
    ]
}
