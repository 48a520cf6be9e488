local floor = math.floor

-- Whole paise; each slab's tax is rounded down.
local function tax(income)
  local rest, t = income, 0
  if rest > 100000000 then
    t = t + floor((rest - 100000000) * 30 / 100)
    rest = 100000000
  end
  if rest > 50000000 then
    t = t + floor((rest - 50000000) * 20 / 100)
    rest = 50000000
  end
  if rest > 25000000 then
    t = t + floor((rest - 25000000) * 5 / 100)
  end
  return t
end

local function run(n)
  local total = 0
  for i = 1, n do
    total = total + tax(i * 200)
  end
  print(string.format("%.0f", total))
end

run(tonumber(os.getenv("BENCH_N") or 1000000))
