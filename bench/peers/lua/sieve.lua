local function run(n)
  local prime = {}
  for i = 0, n do
    prime[i] = true
  end
  local count = 0
  for i = 2, n do
    if prime[i] then
      count = count + 1
      for k = i * i, n, i do
        prime[k] = false
      end
    end
  end
  print(string.format("%.0f", count))
end

run(tonumber(os.getenv("BENCH_N") or 2000000))
