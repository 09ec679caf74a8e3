-- The floor: GET /livez. The request is put together anew each time, so that wrk does the same work as in the others.
local shop = dofile(debug.getinfo(1, "S").source:match("^@(.*/)[^/]*$") .. "shop.lua")

setup, done = shop.setup, shop.done

init = shop.init

function request()
  shop.sku()
  return shop.get("/livez")
end
