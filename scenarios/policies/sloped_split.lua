-- A fee split that leans on utilization, with a bend: below `knee` the paid side grows slowly, above
-- it fast. What the paid side does not get, the treasury does.
return {
  doc = "Stakers' share of fees follows utilization along two slopes.",
  params = {
    providers = {0.8, min = 0, max = 1, doc = "share of the provider that served"},
    knee = {0.7, min = 0.01, max = 0.99, doc = "utilization at which the slope changes"},
    at_knee = {0.2, min = 0, max = 1, doc = "stakers' part of the rest at the knee"},
    at_full = {0.8, min = 0, max = 1, doc = "stakers' part of the rest with every slot busy"},
  },
  -- The five shares, each at least 0 and together 1: providers, stakers, minters, treasury, burn.
  split = function(p, now)
    local u = max(0, min(1, now.utilization))
    local part
    if u < p.knee then
      part = p.at_knee * u / p.knee
    else
      part = p.at_knee + (p.at_full - p.at_knee) * (u - p.knee) / (1 - p.knee)
    end
    local rest = 1 - p.providers
    return p.providers, rest * part, 0, rest * (1 - part), 0
  end,
}
