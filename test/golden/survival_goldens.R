# Reference values for curves and log-rank tests, by R's survival package.
# Rscript test/golden/survival_goldens.R > test/golden/survival.json
suppressMessages(library(survival))
set.seed(4)
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = 17, trim = TRUE, scientific = TRUE)), collapse = ","), "]")
obj <- function(...) { v <- list(...); paste0("{", paste0('"', names(v), '":', unlist(v), collapse = ","), "}") }
n <- 60
g <- sample(1:3, n, TRUE); s <- sample(1:2, n, TRUE)
time <- ceiling(rexp(n, 0.15 * g) * 2); event <- rbinom(n, 1, 0.7)
start <- pmax(0, time - sample(1:9, n, TRUE)); w <- sample(1:3, n, TRUE)
distinct <- round(rexp(n, 0.2), 9)
curve <- function(surv, cw = rep(1, n), ctype = 1) {
  d <- data.frame(cw = cw); d$surv <- surv
  fit <- survfit(surv ~ 1, data = d, weights = cw, ctype = ctype, robust = FALSE, conf.type = "log")
  obj(time = num(fit$time), survival = num(fit$surv), se = num(fit$std.err * fit$surv), lo = num(fit$lower), hi = num(fit$upper),
      hazard = num(fit$cumhaz), hazardSe = num(fit$std.chaz), atRisk = num(fit$n.risk), events = num(fit$n.event))
}
rmst <- function(tau, rows) { m <- survival:::survmean(survfit(Surv(time[rows], event[rows]) ~ 1), rmean = tau)$matrix; num(m[c("rmean", "se(rmean)")]) }
diffs <- function(rho, strat, k) {
  rows <- g <= k
  d <- if (strat) survdiff(Surv(time, event) ~ g + strata(s), subset = rows, rho = rho) else survdiff(Surv(time, event) ~ g, subset = rows, rho = rho)
  obs <- if (strat) rowSums(d$obs) else d$obs; expd <- if (strat) rowSums(d$exp) else d$exp
  obj(rho = num(rho), stratified = tolower(strat), k = num(k), chisq = num(d$chisq), observed = num(obs), expected = num(expd), variance = num(as.vector(d$var)))
}
late <- coxph(Surv(start, start + 0.5 + distinct, event) ~ factor(g), ties = "breslow")
cases <- c()
for (rho in c(0, 0.5, 1)) for (strat in c(FALSE, TRUE)) for (k in 2:3) cases <- c(cases, diffs(rho, strat, k))
# What weights do to ties, every kind of interval, and quantiles with their limits.
named <- function(v) paste0("{", paste0('"', names(v), '":', v, collapse = ","), "}")
kinds <- c("log", "log-log", "plain", "logit", "arcsin")
limits <- function(kind) {
  fit <- survfit(Surv(start, time, event) ~ 1, weights = w, robust = FALSE, conf.type = kind)
  obj(time = num(fit$time), survival = num(fit$surv), lo = num(fit$lower), hi = num(fit$upper))
}
shares <- c(0.1, 0.25, 0.5, 0.75, 0.9)
quantiles <- function(kind) {
  q <- quantile(survfit(Surv(time, event) ~ 1, subset = g == 2, conf.type = kind), shares)
  obj(value = num(q$quantile), lo = num(q$lower), hi = num(q$upper))
}
each <- function(f) named(setNames(sapply(kinds, f), kinds))
# A stratum in which one group is missing, and a group that is never at risk beside another.
s3 <- ifelse(g == 3, 1, s)
lone <- survdiff(Surv(time, event) ~ g + strata(s3), rho = 1)
p <- c(0.01, 0.02, 0.02, 0.5, 0.041, 0.0003, 0.9, 0.02)
cat(obj(
  time = num(time), event = num(event), start = num(start), weights = num(w), group = num(g), strata = num(s), distinct = num(distinct),
  plain = curve(Surv(time, event)), truncated = curve(Surv(start, time, event)),
  weighted = curve(Surv(time, event), w), fleming = curve(Surv(time, event), ctype = 2),
  both = curve(Surv(start, time, event), w),
  rmst = paste0("[", paste(c(rmst(5, 1:n), rmst(20, g == 1), rmst(20, g == 3), rmst(12, 1:n)), collapse = ","), "]"),
  diffs = paste0("[", paste(cases, collapse = ","), "]"),
  lateScore = num(c(late$score, length(coef(late)))),
  weightedFleming = curve(Surv(time, event), w, ctype = 2), bothFleming = curve(Surv(start, time, event), w, ctype = 2),
  limits = each(limits), shares = num(shares), quantiles = each(quantiles),
  p = num(p), adjusted = obj(holm = num(p.adjust(p, "holm")), bh = num(p.adjust(p, "BH")), bonferroni = num(p.adjust(p, "bonferroni"))),
  lone = obj(strata = num(s3), chisq = num(lone$chisq), observed = num(rowSums(lone$obs)), expected = num(rowSums(lone$exp)))
), "\n")
