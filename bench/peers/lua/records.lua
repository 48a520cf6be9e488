local function run(n)
  local p = {x = 0, y = 0, z = 0}
  for i = 1, n do
    p.x = p.x + 1
    p.y = p.y + p.x
    p.z = p.x + i
  end
  print(string.format("%.0f", p.x + p.y + p.z))
end

run(tonumber(os.getenv("BENCH_N") or 2000000))
