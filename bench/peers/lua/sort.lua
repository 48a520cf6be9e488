local function run(n)
  local seed, list = 42, {}
  for i = 1, n do
    seed = seed * 16807 % 2147483647
    list[i] = seed
  end
  table.sort(list, function(a, b) return a < b end)
  local total = list[n]
  for i = 0, n - 1, 100 do
    total = total + list[i + 1]
  end
  print(string.format("%.0f", total))
end

run(tonumber(os.getenv("BENCH_N") or 200000))
