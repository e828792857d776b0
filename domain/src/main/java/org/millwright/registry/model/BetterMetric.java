package org.millwright.registry.model;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which of two values of a metric is the better one, by what the metric is called: less of a loss, more of anything else. */
public final class BetterMetric {
    private static final Pattern WORDS = Pattern.compile("[^a-z0-9]+");
    private static final Set<String> LESS_IS_BETTER = Set.of(
            "loss",
            "logloss",
            "error",
            "err",
            "mse",
            "rmse",
            "mae",
            "mape",
            "smape",
            "rmsle",
            "msle",
            "brier",
            "perplexity",
            "latency",
            "duration",
            "seconds",
            "ms",
            "time",
            "bytes",
            "size",
            "cost",
            "fpr",
            "fnr",
            "wer",
            "cer",
            "deviance",
            "merror",
            "mlogloss",
            "bic",
            "aic");

    private BetterMetric() {}

    public static boolean isLessBetter(String metric) {
        for (var word : WORDS.split(metric.toLowerCase(Locale.ROOT))) {
            if (LESS_IS_BETTER.contains(word)) {
                return true;
            }
        }
        return false;
    }

    /** From the worst to the best. */
    public static Comparator<Double> order(String metric) {
        return isLessBetter(metric) ? Comparator.reverseOrder() : Comparator.naturalOrder();
    }
}
