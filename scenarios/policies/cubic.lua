-- The public mint rule: sVVV to lock for one more DIEM rises with the supply of DIEM.
return {
  doc = "Exponential-cubic mint rate, as the built-in policy exponential_cubic.",
  source = "protocol documentation, DIEM tokenomics, 2025-08-20",
  params = {
    base = {90, unit = "VVV/DIEM", min = 1e-6, max = 1e9, doc = "rate of the first DIEM"},
    power = {2, min = 0, max = 50, doc = "log rise of the rate from supply 0 to the target"},
    target = {40000, unit = "DIEM", min = 1, max = 1e12, doc = "target supply"},
  },
  -- Asked with the supply at which the next DIEM is minted: a large mint integrates it.
  rate = function(p, now, supply)
    return p.base * exp(p.power * (supply / p.target)^3)
  end,
}
