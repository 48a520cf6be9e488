local function branch(id, depth)
  if depth == 0 then
    return {id = id, kids = {}}
  end
  return {id = id, kids = {branch(id * 2, depth - 1), branch(id * 2 + 1, depth - 1)}}
end

local function walk(node)
  local sum = node.id
  for _, kid in ipairs(node.kids) do
    sum = sum + walk(kid)
  end
  return sum
end

print(string.format("%.0f", walk(branch(1, tonumber(os.getenv("BENCH_N") or 16)))))
