# Reference values for the pooled statistics of studies: simulated runs, each with its facts, by survival::coxph, base R's
# glm, and random effects written out. Run: Rscript test/golden/study_goldens.R > test/golden/study.json
# Made with R 4.2.2 and survival 3.5.3. The rows are written with the results, so that the test needs no generator.
suppressPackageStartupMessages(library(survival))
set.seed(20260118)
tight <- coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 60)
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", formatC(as.numeric(x), digits = 17, width = 1, format = "g")), collapse = ","), "]")
txt <- function(x) paste0("[", paste0('"', x, '"', collapse = ","), "]")
obj <- function(...) { v <- list(...); paste0("{", paste0('"', names(v), '":', unlist(v), collapse = ","), "}") }
arr <- function(x) paste0("[", paste(unlist(x), collapse = ",\n"), "]")

# --- Runs: two values of a factor, four seeds; 60 seen facts of one pool each, so that facts recur in other runs -----
pool <- data.frame(fact = 1:90, count = rpois(90, 40) * rbinom(90, 1, 0.9), ngram = round(runif(90), 3))
epochs <- 8
runs <- do.call(rbind, lapply(1:4, function(seed) {
  drawn <- sort(sample(1:90, 60)); frailty <- rnorm(1, 0, 0.3)
  do.call(rbind, lapply(c("a", "b"), function(arm) {
    latent <- rbinom(60, 1, 0.3); d <- pool[drawn, ]
    eta <- -2.3 + frailty + 0.8 * latent + 0.25 * log10(1 + d$count) + 0.6 * d$ngram + 0.5 * (arm == "b")
    time <- rep(epochs, 60); event <- rep(0, 60)
    for (i in 1:60) for (e in 1:epochs) if (runif(1) < 1 - exp(-exp(eta[i]))) { time[i] <- e; event[i] <- 1; break }
    data.frame(run = paste0(arm, seed), arm = arm, seed = seed, fact = d$fact, time = time, event = event,
               latent = latent, count = d$count, ngram = d$ngram)
  }))
}))
runs$pop <- log10(1 + runs$count)

# --- Random effects: Paule-Mandel, Hartung-Knapp with the spread not below 1 ---------------------------------------
effects <- function(y, v, level = 0.95) {
  k <- length(y)
  q <- function(t2) { w <- 1 / (v + t2); m <- sum(w * y) / sum(w); sum(w * (y - m)^2) }
  t2 <- if (q(0) <= k - 1) 0 else uniroot(function(t) q(t) - (k - 1), c(0, 100), tol = 1e-14)$root
  w <- 1 / (v + t2); m <- sum(w * y) / sum(w)
  se <- sqrt(max(1, q(t2) / (k - 1)) / sum(w)); h <- qt(1 - (1 - level) / 2, k - 1) * se
  c(m, m - h, m + h, 2 * pt(-abs(m / se), k - 1))
}
fits <- function(d, formula, stratum, keep) {
  d$s <- d[[stratum]]
  cox <- coxph(update(formula, . ~ . + strata(s)), data = d, cluster = fact, ties = "efron", control = tight)
  s <- summary(cox)$coefficients
  each <- lapply(split(d, d$s), function(own) {
    f <- if (stratum == "run") coxph(formula, data = own, control = tight)
         else coxph(formula, data = own, cluster = fact, control = tight)
    list(b = coef(f), v = diag(vcov(f)))
  })
  mean <- lapply(seq_along(coef(cox)), function(j) num(effects(sapply(each, function(f) f$b[j]), sapply(each, function(f) f$v[j]))))
  g <- do.call(rbind, lapply(1:nrow(d), function(i) data.frame(i = i, t = 1:d$time[i])))
  g$y <- as.integer(g$t == d$time[g$i] & d$event[g$i] == 1); g <- cbind(g, d[g$i, setdiff(names(d), c("time", "event"))])
  g$block <- paste(g$s, g$t); g <- g[g$block %in% unique(g$block[g$y == 1]), ]
  all <- tapply(g$y, g$block, mean); g <- g[all[g$block] < 1, ]
  m <- suppressWarnings(glm(update(formula, y ~ . + factor(block) - 1), data = g, family = binomial("cloglog"), control = glm.control(epsilon = 1e-14, maxit = 200)))
  X <- model.matrix(m); mu <- fitted(m); slope <- m$family$mu.eta(m$linear.predictors)
  U <- rowsum(X * ((g$y - mu) * slope / (mu * (1 - mu))), g$fact); V <- summary(m)$cov.unscaled
  robust <- sqrt(diag(V %*% crossprod(U) %*% V)); at <- match(keep, names(coef(m)))
  obj(terms = txt(keep), cox = obj(beta = num(s[, "coef"]), se = num(s[, "robust se"]), p = num(s[, "Pr(>|z|)"]), lo = num(exp(confint(cox)[, 1])), hi = num(exp(confint(cox)[, 2])), n = num(cox$n), events = num(cox$nevent)),
      byRun = arr(mean), cloglog = obj(beta = num(coef(m)[at]), se = num(robust[at])))
}
within <- lapply(c("a", "b"), function(arm) fits(runs[runs$arm == arm, ], Surv(time, event) ~ latent + pop + ngram, "run", c("latent", "pop", "ngram")))
runs$armb <- as.integer(runs$arm == "b")
across <- fits(runs, Surv(time, event) ~ armb + latent + pop + ngram, "seed", c("armb", "latent", "pop", "ngram"))

# --- Accuracy: gains of paired answers, run by run and over runs ----------------------------------------------------
# Before training every fact is wrong; after it those are right that were acquired and not lost again at the end.
counts <- lapply(split(runs, runs$run), function(d) c(0, sum(d$event), 0, sum(1 - d$event)))
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
newcombe <- function(k) {
  a <- k[1]; c <- k[2]; b <- k[3]; d <- k[4]; n <- sum(k); p1 <- (a + c) / n; p2 <- (a + b) / n
  i1 <- suppressWarnings(wilson(a + c, n)); i2 <- suppressWarnings(wilson(a + b, n))
  m <- (a + b) * (c + d) * (a + c) * (b + d); x <- a * d - b * c
  phi <- if (m == 0) 0 else (if (x > 0) max(0, x - n / 2) else x) / sqrt(m)
  c(p1 - p2, p1 - p2 - sqrt((p1 - i1[1])^2 - 2 * phi * (p1 - i1[1]) * (i2[2] - p2) + (i2[2] - p2)^2),
    p1 - p2 + sqrt((i1[2] - p1)^2 - 2 * phi * (i1[2] - p1) * (p2 - i2[1]) + (p2 - i2[1])^2))
}
mixed <- list(c(36, 12, 2, 0), c(20, 3, 380, 397), c(1, 0, 0, 0), c(0, 0, 0, 9), c(10, 5, 5, 10), c(2, 30, 1, 40), c(53, 25, 1, 3))
gain <- lapply(split(counts, substr(names(counts), 1, 1)), function(group) {
  y <- sapply(group, function(k) (k[2] - k[3]) / sum(k))
  v <- sapply(group, function(k) { n <- sum(k) + 2; g <- k[2] + .5; l <- k[3] + .5; (g + l - (g - l)^2 / n) / n^2 })
  after <- sapply(group, function(k) (k[1] + k[2]) / sum(k))
  va <- sapply(group, function(k) { s <- (k[1] + k[2] + 2) / (sum(k) + 4); s * (1 - s) / (sum(k) + 4) })
  obj(gain = num(effects(y, v)), after = num(effects(after, va)))
})
# --- Both directions, withheld and rehearsed facts, exposures, samples: what the questions of the summary ask ----------
# Facts of a seed are the same in both arms and both directions; some recur in other seeds. In arm b six withheld pairs are
# rehearsed. `hit` is the answer before training, `time` when it changes (event 1) or was last seen.
last <- 6; k <- 6; world <- data.frame(pair = 1:110, exposures = rep(c(0, 1, 4, 16, 64), 22), share = runif(110))
asked <- do.call(rbind, lapply(1:4, function(seed) {
  drawn <- sort(sample(1:110, 90)); d <- world[drawn, ]; set <- sample(rep(c("seen", "withheld"), c(55, 35)))
  known <- lapply(1:2, function(side) -4.5 + 0.6 * log2(1 + d$exposures) + 0.8 * (side == 1) + rnorm(90, 0, 1))
  do.call(rbind, lapply(c("a", "b"), function(arm) do.call(rbind, lapply(1:2, function(side) {
    direction <- c("term-to-id", "id-to-term")[side]
    q <- plogis(known[[side]] + rnorm(90, 0, 0.05)); hit <- as.integer(q > 0.5); own <- set
    if (arm == "b") own[which(set == "withheld")[1:6]] <- "rehearsed"
    token <- rbinom(90, k, q); latent <- as.integer(hit == 0 & token > 0)
    eta <- ifelse(hit == 0, -2.2 + 0.9 * latent + 0.5 * (side == 1) + 0.4 * (arm == "b") * (side == 1) - 2 * (own == "withheld"),
                  -2.3 + 1.1 * (own == "withheld") - 0.5 * (arm == "b"))
    time <- rep(last, 90); event <- rep(0, 90)
    for (i in 1:90) for (e in 1:last) if (runif(1) < 1 - exp(-exp(eta[i]))) { time[i] <- e; event[i] <- 1; break }
    after <- ifelse(hit == 1, 1 - event, event)
    data.frame(run = paste0(arm, seed), arm = arm, seed = seed, fact = d$pair, direction = direction, set = own, exposures = d$exposures,
               q = q, hit = hit, token = token, time = time, event = event, after = after,
               rise = 2 * after + rnorm(90, 1, 0.5) - 0.2 * (side == 2))
  }))))
}))
asked$log0 <- log(asked$q); asked$latent <- as.integer(asked$hit == 0 & asked$token > 0)
asked$gain <- asked$after - asked$hit
score <- list(`accuracy before` = "hit", `accuracy after` = "after", gain = "gain", `log q before` = "log0", `log q rise` = "rise")
counted <- function(m) m %in% c("accuracy before", "accuracy after", "gain")
# Half a pair added to each of the four cells, for differences of answers; Agresti and Coull for shares.
one <- function(d, m) {
  x <- d[[score[[m]]]]; n <- length(x); names(x) <- d$fact
  v <- if (m == "gain") { n2 <- n + 2; (sum(x^2) + 1 - sum(x)^2 / n2) / n2^2 }
       else if (counted(m)) { s <- (sum(x) + 2) / (n + 4); s * (1 - s) / (n + 4) } else var(x) / n
  list(value = mean(x), v = v, x = x, m = m)
}
minus <- function(a, b) {
  if (!is.null(a$x) && !is.null(b$x) && setequal(names(a$x), names(b$x))) {
    x <- a$x - b$x[names(a$x)]; n2 <- length(x) + 2
    return(list(value = mean(x), v = if (counted(a$m)) (sum(x^2) + 1 - sum(x)^2 / n2) / n2^2 else var(x) / length(x), x = x, m = a$m))
  }
  list(value = a$value - b$value, v = a$v + b$v, x = NULL, m = a$m)
}
over <- function(seeds) num(effects(sapply(seeds, function(s) s$value), sapply(seeds, function(s) s$v)))
part <- function(arm, seed, direction, set) asked[asked$arm == arm & asked$seed == seed & asked$direction == direction & asked$set == set, ]
toId <- "term-to-id"; toTerm <- "id-to-term"
lines <- list(); add <- function(kind, point, direction, set, measure, value) lines[[length(lines) + 1]] <<-
  obj(kind = paste0('"', kind, '"'), point = paste0('"', point, '"'), direction = paste0('"', direction, '"'), set = paste0('"', set, '"'), measure = paste0('"', measure, '"'), value = value)
for (set in c("seen", "withheld")) for (m in names(score)) {
  for (d in c(toId, toTerm)) add("level", "all runs", d, set, m, over(lapply(1:4, function(s) minus(one(part("b", s, d, set), m), one(part("a", s, d, set), m)))))
  side <- function(arm, s) minus(one(part(arm, s, toId, set), m), one(part(arm, s, toTerm, set), m))
  for (arm in c("a", "b")) add("direction", paste0("arm=", arm), "both", set, m, over(lapply(1:4, function(s) side(arm, s))))
  add("interaction", "all runs", "both", set, m, over(lapply(1:4, function(s) minus(side("b", s), side("a", s)))))
}
for (arm in c("a", "b")) for (d in c(toId, toTerm)) for (set in c("seen", "withheld")) {
  own <- asked[asked$arm == arm & asked$direction == d & asked$set == set, ]
  add("pooled", paste0("arm=", arm), d, set, "accuracy after", num(c(mean(own$after), suppressWarnings(wilson(sum(own$after), nrow(own))))))
  for (m in c("log q before", "log q rise")) add("mean", paste0("arm=", arm), d, set, m, over(lapply(1:4, function(s) one(part(arm, s, d, set), m))))
}
# Exposures: buckets, rank correlations over their means and over facts.
for (arm in c("a", "b")) for (d in c(toId, toTerm)) for (m in c("accuracy before", "log q before")) {
  own <- asked[asked$arm == arm & asked$direction == d, ]; x <- own[[score[[m]]]]; means <- tapply(x, own$exposures, mean)
  for (n in unique(own$exposures)) add("bucket", paste0("arm=", arm), d, n, m, over(lapply(1:4, function(s) one(own[own$exposures == n & own$seed == s, ], m))))
  test <- cor.test(as.numeric(names(means)), means, method = "spearman")
  add("buckets", paste0("arm=", arm), d, "both", m, num(c(test$estimate, test$p.value)))
  z <- sapply(1:4, function(s) { o <- own[own$seed == s, ]; r <- cor(o$exposures, o[[score[[m]]]], method = "spearman"); c(atanh(r), (1 + r^2 / 2) / (nrow(o) - 3)) })
  e <- effects(z[1, ], z[2, ]); add("facts", paste0("arm=", arm), d, "both", m, num(c(tanh(e[1:3]), e[4])))
}
# Samples: found facts against their probabilities.
for (arm in c("a", "b")) for (d in c(toId, toTerm)) {
  own <- asked[asked$arm == arm & asked$direction == d & asked$hit == 0, ]; pi <- 1 - (1 - own$q)^k; v <- pi * (1 - pi); found <- own$token > 0
  diff <- mean(found) - mean(pi); se <- sqrt(sum(v)) / nrow(own)
  o <- order(pi); least <- max(2.5, sum(v) / 10); bin <- integer(nrow(own)); b <- 1; held <- 0; left <- sum(v)
  for (i in o) { if (held >= least - 1e-9 && left >= least - 1e-9) { b <- b + 1; held <- 0 }; bin[i] <- b; held <- held + v[i]; left <- left - v[i] }
  x2 <- sum((tapply(found, bin, sum) - tapply(pi, bin, sum))^2 / tapply(v, bin, sum))
  add("samples", paste0("arm=", arm), d, "both", "found by samples", num(c(diff, diff - qnorm(.975) * se, diff + qnorm(.975) * se, 2 * pnorm(-abs(diff / se)), x2, b, pchisq(x2, b, lower.tail = FALSE))))
}
# Peaks of learning, resampled by fact with all runs in which it stands: medians and limits of 4,000 replicates.
for (arm in c("a", "b")) for (d in c(toId, toTerm)) {
  own <- asked[asked$arm == arm & asked$direction == d & asked$set == "seen" & asked$hit == 0, ]
  peak <- function(o, rate) { n <- tabulate(o$time[o$event == 1], last); r <- rev(cumsum(rev(tabulate(o$time, last)))); which.max(if (rate) ifelse(r > 0, n / r, 0) else n) }
  stats <- function(o) unlist(lapply(c(FALSE, TRUE), function(rate) { p <- c(peak(o[o$latent == 1, ], rate), peak(o[o$latent == 0, ], rate)); c(p, p[1] - p[2]) }))
  by <- split(seq_len(nrow(own)), own$fact)
  again <- replicate(4000, stats(own[unlist(by[sample(length(by), replace = TRUE)]), ]))
  add("peaks", paste0("arm=", arm), d, "seen", "peak epoch", paste0("[", num(stats(own)), ",", num(apply(again, 1, quantile, .025, type = 6)), ",", num(apply(again, 1, quantile, .975, type = 6)), "]"))
}
# Survival: direction as a term, and its product with the arm; losses of one set of facts alone; rehearsed ones.
asked$toid <- as.integer(asked$direction == toId); asked$armb <- as.integer(asked$arm == "b"); asked$product <- asked$toid * asked$armb
models <- list(
  directionA = fits(asked[asked$arm == "a" & asked$set == "seen" & asked$hit == 0, ], Surv(time, event) ~ toid, "run", "toid"),
  directions = fits(asked[asked$set == "seen" & asked$hit == 0, ], Surv(time, event) ~ toid + armb + product, "seed", c("toid", "armb", "product")))
for (d in c(toId, toTerm)) for (set in c("seen", "withheld", "rehearsed")) {
  own <- asked[asked$direction == d & asked$hit == 1 & (if (set == "rehearsed") (asked$arm == "a" & asked$set == "withheld") | asked$set == "rehearsed" else asked$set == set), ]
  cox <- coxph(Surv(time, event) ~ armb + strata(seed), data = own, cluster = fact, ties = "efron", control = tight)
  add("loss", "all runs", d, set, "degradation", num(c(summary(cox)$coefficients[, c("coef", "robust se", "Pr(>|z|)")], exp(confint(cox)), cox$n, cox$nevent)))
}
questions <- obj(last = last, samples = k, run = txt(asked$run), arm = txt(asked$arm), seed = num(asked$seed), fact = num(asked$fact), direction = txt(asked$direction), set = txt(asked$set),
  exposures = num(asked$exposures), logQ = num(asked$log0), hit = num(asked$hit), token = num(asked$token), time = num(asked$time), event = num(asked$event), rise = num(asked$rise),
  lines = arr(lines), directionA = models$directionA, directions = models$directions)
cat(obj(run = txt(runs$run), seed = num(runs$seed), arm = txt(runs$arm), fact = num(runs$fact), time = num(runs$time), event = num(runs$event),
        latent = num(runs$latent), count = num(runs$count), ngram = num(runs$ngram), epochs = num(epochs), within = arr(within), across = across,
        accuracy = arr(gain), perRun = arr(lapply(names(counts), function(r) obj(run = paste0('"', r, '"'), after = num(c(suppressWarnings(wilson(counts[[r]][2], sum(counts[[r]]))))), gain = num(newcombe(counts[[r]]))))),
        questions = questions, paired = arr(lapply(mixed, function(k) obj(counts = num(k), interval = num(newcombe(k)))))), "\n")
