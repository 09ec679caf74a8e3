-- Hot checkout: as order.lua, but every line of every order is of one SKU, the first of the list.
local shop = dofile(debug.getinfo(1, "S").source:match("^@(.*/)[^/]*$") .. "shop.lua")

setup, done = shop.setup, shop.done

init = shop.init

function request()
  return shop.post("/v1/orders", shop.order(shop.skus[1], shop.skus[1]), true)
end
