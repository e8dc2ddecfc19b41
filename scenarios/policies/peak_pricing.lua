-- A price that rises when the network is nearly full, and is never below cost.
return {
  doc = "List price in quiet times, dearer above a utilization, never below the providers' cost.",
  params = {
    knee = {0.8, min = 0, max = 0.99, doc = "utilization above which the price rises"},
    peak = {1.5, min = 1, max = 100, doc = "price over list price with every slot busy"},
    margin = {0.05, min = 0, max = 10, doc = "least that stays above the cost of a USD of inference"},
  },
  -- USD for a USD of inference at list price, until the next midnight.
  price = function(p, now)
    local above = max(0, now.utilization - p.knee) / (1 - p.knee)
    return max(1 + (p.peak - 1) * above, now.cost * (1 + p.margin))
  end,
}
