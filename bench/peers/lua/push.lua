local function run(n)
  local list = {}
  for i = 1, n do
    list[#list + 1] = i
  end
  local sum = 0
  for i = 1, #list do
    sum = sum + list[i]
  end
  print(string.format("%.0f", sum))
end

run(tonumber(os.getenv("BENCH_N") or 1000000))
