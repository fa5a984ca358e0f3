# Reference values for the paired tests, intervals and distributions, by base R.
# Rscript test/golden/paired_goldens.R > test/golden/paired.json
num <- function(x) paste0("[", paste(ifelse(is.finite(x), format(x, digits = 17, trim = TRUE, scientific = TRUE), paste0('"', x, '"')), collapse = ","), "]")
set.seed(20261121)
out <- c()
add <- function(name, ...) out <<- c(out, paste0('"', name, '": [', paste(c(...), collapse = ","), "]"))
tables <- list(c(20, 3, 380, 397), c(3, 1, 1, 3), c(0, 5, 4, 2), c(10, 0, 0, 10), c(7, 2, 3, 11), c(1, 0, 0, 0))
add("fisher", sapply(tables, function(t) {
  m <- matrix(t, 2, byrow = TRUE)
  p <- sapply(c("two.sided", "greater", "less"), function(a) fisher.test(m, alternative = a)$p.value)
  f <- fisher.test(m)
  paste0('{"table":', num(t), ',"p":', num(p), ',"odds":', num(f$estimate), ',"limits":', num(f$conf.int), "}")
}))
pairs <- list(
  list(c(1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3), c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)),
  list(round(rnorm(30), 3), round(rnorm(30, 0.3), 3)), list(round(rnorm(25), 1), round(rnorm(25, 0.2), 1)),
  list(round(rnorm(80), 3), round(rnorm(80, 0.2), 3)), list(c(1, 2, 3, 4), c(1, 1, 5, 3)))
add("wilcoxon", suppressWarnings(sapply(pairs, function(q) {
  w <- lapply(c("two.sided", "greater", "less"), function(a) wilcox.test(q[[1]], q[[2]], paired = TRUE, alternative = a))
  paste0('{"x":', num(q[[1]]), ',"y":', num(q[[2]]), ',"v":', num(w[[1]]$statistic), ',"p":', num(sapply(w, function(x) x$p.value)), "}")
})))
correlated <- c(pairs, list(list(1:7, c(2, 1, 4, 3, 7, 5, 6)), list(1:9, c(9, 1, 8, 2, 7, 3, 6, 4, 5))))
add("spearman", suppressWarnings(sapply(correlated, function(q) {
  tied <- any(duplicated(q[[1]])) || any(duplicated(q[[2]])); n <- length(q[[1]])
  s <- cor.test(q[[1]], q[[2]], method = "spearman", exact = !tied && n <= 9)
  paste0('{"x":', num(q[[1]]), ',"y":', num(q[[2]]), ',"rho":', num(s$estimate), ',"p":', num(s$p.value), "}")
})))
shares <- list(c(405, 500), c(0, 10), c(10, 10), c(1, 3), c(23, 400), c(50000, 100000))
add("binomial", sapply(shares, function(s) paste0('{"share":', num(s), ',"limits":', num(binom.test(s[1], s[2])$conf.int), "}")))
discordant <- list(c(59, 121), c(6, 10), c(0, 4), c(3, 3))
add("mcnemar", sapply(discordant, function(d) {
  m <- matrix(c(5, d[1], d[2], 5), 2)
  a <- mcnemar.test(m); b <- mcnemar.test(m, correct = FALSE)
  paste0('{"counts":', num(d), ',"corrected":', num(c(a$statistic, a$p.value)), ',"plain":', num(c(b$statistic, b$p.value)),
    ',"exact":', num(min(1, 2 * pbinom(min(d), sum(d), 0.5))), "}")
}))
g <- expand.grid(a = c(0.5, 1, 3, 40, 1000), b = c(0.5, 2, 55, 3000), x = c(1e-6, 0.02, 0.3, 0.7, 0.999))
add("beta", apply(g, 1, function(r) num(c(r, pbeta(r[3], r[1], r[2])))))
q <- expand.grid(p = c(0.001, 0.025, 0.4, 0.9, 0.9995), df = c(1, 2, 5, 30, 1000))
add("t", apply(q, 1, function(r) num(c(r, qt(r[1], r[2])))))
cat("{\n", paste(out, collapse = ",\n"), "\n}\n", sep = "")
