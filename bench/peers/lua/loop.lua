local function run(n)
  local sum = 0
  for i = 1, n do
    sum = sum + i % 7
  end
  print(string.format("%.0f", sum))
end

run(tonumber(os.getenv("BENCH_N") or 10000000))
