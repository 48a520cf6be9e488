local function run(n)
  local sum = 0
  for i = 1, n do
    local add = function(x) return x + i end
    sum = sum + add(1)
  end
  print(string.format("%.0f", sum))
end

run(tonumber(os.getenv("BENCH_N") or 2000000))
