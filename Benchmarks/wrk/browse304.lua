-- Browse, not modified: GET /v1/products/{sku} with the ETag that an earlier answer gave. Its option is a file of lines
-- "sku etag"; compare.sh makes one. (A response function in wrk would slow every request down, so none is used here.)
local shop = dofile(debug.getinfo(1, "S").source:match("^@(.*/)[^/]*$") .. "shop.lua")

setup, done = shop.setup, shop.done

local products = {}

function init(arguments)
  assert(arguments[1], "browse304.lua wants a file of SKUs and ETags")
  for line in io.lines(arguments[1]) do
    local sku, etag = line:match("^(%S+)%s+(%S.*)$")
    if sku then products[#products + 1] = { "/v1/products/" .. sku, etag } end
  end
  assert(#products > 0, arguments[1] .. " has no ETags")
  math.randomseed(7919 * thread_number)
end

function request()
  local product = products[math.random(#products)]
  return shop.get(product[1], product[2])
end
