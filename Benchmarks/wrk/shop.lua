-- What the load scripts share: the SKUs, the order body, a seed for each thread, and the result line.
--
-- Options after wrk's "--": a number is how many SKUs sku-0001, sku-0002 … there are (4000); a file name is a list of SKUs,
-- one a line.

local shop = { skus = {} }

local function generate(count)
  for number = 1, count do
    shop.skus[number] = string.format("sku-%04d", number)
  end
end

local function read(path)
  for line in io.lines(path) do
    local sku = line:match("^%s*(.-)%s*$")
    if sku ~= "" then shop.skus[#shop.skus + 1] = sku end
  end
  assert(#shop.skus >= 2, path .. " lists fewer than two SKUs")
end

-- Numbers the threads, and draws one number for the whole run so that two runs never share an idempotency key.
local threads = 0
local run = nil
function shop.setup(thread)
  if run == nil then
    local random = assert(io.open("/dev/urandom", "rb"))
    run = random:read(8):gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
    random:close()
  end
  threads = threads + 1
  thread:set("thread_number", threads)
  thread:set("run_id", run)
end

-- Reads the options and seeds this thread. Every thread draws its own sequence, the same in each run.
function shop.init(arguments)
  local given = arguments[1] or "4000"
  if tonumber(given) then generate(tonumber(given)) else read(given) end
  math.randomseed(7919 * thread_number)
end

function shop.sku()
  return shop.skus[math.random(#shop.skus)]
end

-- Two SKUs that differ.
function shop.pair()
  local first = math.random(#shop.skus)
  local second = math.random(#shop.skus - 1)
  if second >= first then second = second + 1 end
  return shop.skus[first], shop.skus[second]
end

-- An order of two lines, about 130 bytes.
function shop.order(first, second)
  return '{"currency":"GBP","customer":{"email":"b@example.com"},"lines":[{"sku":"' .. first
    .. '","quantity":1},{"sku":"' .. second .. '","quantity":2}]}'
end

-- A whole request, put together by hand: wrk.format costs the generator more than the server pays to read it.
local made = 0
function shop.post(path, body, keyed)
  local head = "POST " .. path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"]
    .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body
  if keyed then
    made = made + 1
    head = head .. "\r\nIdempotency-Key: " .. run_id .. "-" .. thread_number .. "-" .. made
  end
  return head .. "\r\n\r\n" .. body
end

function shop.get(path, etag)
  local head = "GET " .. path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"]
  if etag then head = head .. "\r\nIf-None-Match: " .. etag end
  return head .. "\r\n\r\n"
end

-- RESULT requests/s, p50 ms, p99 ms, answers of 400 and above, socket errors.
function shop.done(summary, latency)
  local errors = summary.errors
  print(string.format("RESULT %.0f %.3f %.3f %d %d",
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

return shop
