-- Browse: GET /v1/products/{sku}, SKUs drawn uniformly.
local shop = dofile(debug.getinfo(1, "S").source:match("^@(.*/)[^/]*$") .. "shop.lua")

setup, done = shop.setup, shop.done

init = shop.init

function request()
  return shop.get("/v1/products/" .. shop.sku())
end
