local function matrix(n, a, b)
  local m = {}
  for i = 0, n - 1 do
    local row = {}
    for k = 0, n - 1 do
      row[k + 1] = (i * a + k * b) % 10
    end
    m[i + 1] = row
  end
  return m
end

local function multiply(a, b, n)
  local m = {}
  for i = 1, n do
    local row, ai = {}, a[i]
    for j = 1, n do
      local sum = 0
      for k = 1, n do
        sum = sum + ai[k] * b[k][j]
      end
      row[j] = sum
    end
    m[i] = row
  end
  return m
end

local function run(n)
  local m = multiply(matrix(n, 3, 7), matrix(n, 5, 2), n)
  local total = 0
  for i = 1, n do
    for j = 1, n do
      total = total + m[i][j]
    end
  end
  print(string.format("%.0f", total))
end

run(tonumber(os.getenv("BENCH_N") or 120))
