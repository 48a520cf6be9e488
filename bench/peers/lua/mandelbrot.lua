local floor = math.floor

local function run(n)
  local total = 0
  for y = 0, n - 1 do
    local ci = floor(y * 2000000 / n) - 1000000
    for x = 0, n - 1 do
      local cr = floor(x * 3000000 / n) - 2000000
      local zr, zi, k = 0, 0, 0
      while k < 50 do
        local a = floor(zr * zr / 1000000)
        local b = floor(zi * zi / 1000000)
        if a + b > 4000000 then break end
        zi = floor(2 * zr * zi / 1000000) + ci
        zr = a - b + cr
        k = k + 1
      end
      total = total + k
    end
  end
  print(string.format("%.0f", total))
end

run(tonumber(os.getenv("BENCH_N") or 200))
