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
cat(obj(
  time = num(time), event = num(event), start = num(start), weights = num(w), group = num(g), strata = num(s), distinct = num(distinct),
  plain = curve(Surv(time, event)), truncated = curve(Surv(start, time, event)),
  weighted = curve(Surv(time, event), w), fleming = curve(Surv(time, event), ctype = 2),
  both = curve(Surv(start, time, event), w),
  rmst = paste0("[", paste(c(rmst(5, 1:n), rmst(20, g == 1), rmst(20, g == 3), rmst(12, 1:n)), collapse = ","), "]"),
  diffs = paste0("[", paste(cases, collapse = ","), "]"),
  lateScore = num(c(late$score, length(coef(late))))
), "\n")
