-- Emission that is cut by the same factor again and again.
return {
  doc = "VVV a year that falls by a factor every period, to a floor.",
  params = {
    first = {2.5e6, unit = "VVV/yr", min = 0, max = 1e12, doc = "rate in the first period"},
    factor = {0.5, min = 0, max = 1, doc = "what is left of it after every period"},
    period = {365, unit = "d", min = 1, max = 36500, doc = "time between two cuts"},
    floor = {0.5e6, unit = "VVV/yr", min = 0, max = 1e12, doc = "it never falls below this"},
  },
  emission = function(p, now)
    return max(p.floor, p.first * p.factor ^ floor(now.time / p.period))
  end,
  -- Optional: the date (days since 1970) at which the rate jumps next; between such dates and the
  -- daily epochs it is taken as constant.
  changes = function(p, now)
    return now.date + p.period - now.time % p.period
  end,
}
