-- A buyback that stops when the treasury runs short, and spends more while VVV is cheap.
return {
  doc = "A part of revenue buys VVV to burn while the treasury lasts, twice the part below a price.",
  params = {
    part = {0.08, min = 0, max = 1, doc = "part of the last day's cash revenue"},
    reserve = {180, unit = "d", min = 0, max = 36500, doc = "runway below which nothing is bought"},
    cheap = {10, unit = "USD", min = 0, max = 1e6, doc = "VVV price below which the part doubles"},
  },
  -- USD to spend today.
  spend = function(p, now)
    if now.runway < p.reserve then return 0 end
    local part = now.vvv_price < p.cheap and min(1, 2 * p.part) or p.part
    return part * now.revenue
  end,
}
