-- Calls of which each has a random key: wrk … -s calls.lua URL -- TEXTS, where TEXTS is a file with
-- one key a line. The last line that it prints is "calls N refused N broken N".

local calls = {}

function init(arguments)
  for text in io.lines(arguments[1]) do
    calls[#calls + 1] = wrk.format("GET", nil, { Authorization = "Bearer " .. text })
  end
  math.randomseed(#calls)
end

function request()
  return calls[math.random(#calls)]
end

function done(summary)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  print(("calls %d refused %d broken %d"):format(summary.requests, errors.status, broken))
end
