local function run(n)
  local parts = {}
  for i = 1, n do
    parts[#parts + 1] = i
    parts[#parts + 1] = ","
  end
  local text = table.concat(parts)
  local pieces, from = {}, 1
  while true do
    local comma = string.find(text, ",", from, true)
    if not comma then break end
    pieces[#pieces + 1] = string.sub(text, from, comma - 1)
    from = comma + 1
  end
  pieces[#pieces + 1] = string.sub(text, from)
  local total = #pieces
  for i = 1, #pieces do
    total = total + #pieces[i]
  end
  print(string.format("%.0f", total))
end

run(tonumber(os.getenv("BENCH_N") or 200000))
