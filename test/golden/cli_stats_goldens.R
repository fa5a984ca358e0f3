# A table with everything a table can have, as R writes it, and what R makes of it.
# Rscript test/golden/cli_stats_goldens.R > test/golden/cli_stats.json
suppressMessages(library(survival))
set.seed(11)
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = 17, trim = TRUE, scientific = TRUE)), collapse = ","), "]")
obj <- function(...) { v <- list(...); paste0("{", paste0('"', names(v), '":', unlist(v), collapse = ","), "}") }
text <- function(lines) paste0('"', gsub('"', '\\"', paste0(lines, collapse = "\\n"), fixed = TRUE), '\\n"')
n <- 90
d <- data.frame(
  run = sample(sprintf("run %d", 1:12), n, TRUE), layer = sample(c(9, 10, 11), n, TRUE),
  kind = sample(c("rare", "frequent", "sold, \"new\""), n, TRUE), size = round(rnorm(n), 3), site = sample(c("A", "B"), n, TRUE),
  weight = sample(1:3, n, TRUE), shift = round(rnorm(n, 0, 0.2), 2), start = sample(0:3, n, TRUE)
)
rate <- 0.15 * exp(0.5 * d$size + 0.4 * (d$kind == "rare"))
d$time <- d$start + ceiling(rexp(n, rate))
d$event <- rbinom(n, 1, 0.75)
d$size[c(4, 40)] <- NA; d$kind[17] <- NA; d$time[80] <- NA
csv <- capture.output(write.csv(d, stdout()))
fitOf <- function(fit) {
  s <- summary(fit)$coefficients
  se <- if ("robust se" %in% colnames(s)) s[, "robust se"] else s[, "se(coef)"]
  obj(n = num(fit$n), beta = num(coef(fit)), se = num(se), loglik = num(fit$loglik), score = num(fit$score))
}
everything <- coxph(Surv(start, time, event) ~ size * relevel(factor(kind), "rare") + factor(layer) + strata(site) + offset(shift),
  data = d, weights = weight, cluster = run)
plain <- coxph(Surv(time, event) ~ size + factor(layer), data = d, subset = site == "A")
curve <- survfit(Surv(start, time, event) ~ 1, data = d, subset = site == "B", conf.type = "log-log", conf.int = 0.9)
kinds <- c("log", "log-log", "plain", "logit", "arcsin")
upper <- sapply(kinds, function(kind) num(survfit(Surv(start, time, event) ~ 1, data = d, subset = site == "B", conf.type = kind)$upper))
ranks <- survdiff(Surv(time, event) ~ layer + strata(site), data = d)
sp <- suppressWarnings(cor.test(d$size, d$time, method = "spearman", exact = FALSE))
wil <- suppressWarnings(wilcox.test(d$shift, d$size, paired = TRUE, exact = FALSE))
cat(obj(
  csv = text(csv), everything = fitOf(everything), plain = fitOf(plain),
  zph = num(as.vector(cox.zph(plain, "rank", terms = FALSE)$table[, "chisq"])),
  curve = obj(time = num(curve$time), survival = num(curve$surv), lo = num(curve$lower), hi = num(curve$upper), atRisk = num(curve$n.risk)),
  upper = paste0("{", paste0('"', kinds, '":', upper, collapse = ","), "}"),
  logrank = num(c(ranks$chisq, length(ranks$n) - 1)),
  spearman = num(c(sp$estimate, sp$p.value)), wilcoxon = num(c(wil$statistic, wil$p.value))
), "\n")
