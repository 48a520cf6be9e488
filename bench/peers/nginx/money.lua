-- What nginx+Lua computes: an income tax and a bill in whole paise. LuaJIT has no exact
-- decimal type, so there is no second way. cjson writes the fields of a table in no order,
-- so answers are put together here, with cjson for their texts.
local cjson = require "cjson"
local floor, format = math.floor, string.format

local money = {text = "வணக்கம்", big = string.rep("0123456789abcdef", 6400)}
money.hello = {id = 7, message = money.text}

function money.say(kind, body)
  ngx.header.content_type = kind
  ngx.header.content_length = #body
  ngx.print(body)
end

local quote = cjson.encode

function money.json(value)
  money.say("application/json", format('{"id":%d,"message":%s}', value.id, quote(value.message)))
end

local function share(paise, numerator, denominator)
  return floor((2 * paise * numerator + denominator) / (2 * denominator))
end

local function round(x) return floor(x + 0.5) end

function money.tax(income)
  local rupees = tonumber(income)
  local rest, t = round(rupees * 100), 0
  if rest > 100000000 then
    t = (rest - 100000000) * 30
    rest = 100000000
  end
  if rest > 50000000 then
    t = t + (rest - 50000000) * 20
    rest = 50000000
  end
  if rest > 25000000 then t = t + (rest - 25000000) * 5 end
  money.say("application/json", format('{"income":%.14g,"tax":%.14g}', rupees, share(t, 104, 10000) / 100))
end

function money.invoice(body)
  local bill = cjson.decode(body)
  local amounts, taxes, lines = 0, 0, {}
  for i, it in ipairs(bill.items) do
    local amount = round(it.price * 100) * it.qty
    local t = share(amount, it.rate, 100)
    amounts, taxes = amounts + amount, taxes + t
    lines[i] = format('{"amount":%.14g,"name":%s,"tax":%.14g,"total":%.14g}', amount / 100, quote(it.name), t / 100, (amount + t) / 100)
  end
  money.say("application/json", format('{"amount":%.14g,"invoice":%s,"items":[%s],"tax":%.14g,"total":%.14g}',
    amounts / 100, quote(bill.invoice), table.concat(lines, ","), taxes / 100, (amounts + taxes) / 100))
end

return money
