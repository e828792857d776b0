package org.millwright.adapter.spark;

import java.util.List;
import java.util.regex.Pattern;

/** Tells what a job brings in its code folder from what lies somewhere that the cluster reaches itself. */
final class Dependencies {
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");

    private Dependencies() {}

    /** Those with a scheme, such as {@code abfss://} or {@code local:/}, and absolute paths on the cluster. */
    static List<String> remote(List<String> all) {
        return all.stream().filter(Dependencies::isRemote).toList();
    }

    static List<String> inCode(List<String> all) {
        return all.stream().filter(each -> !isRemote(each)).toList();
    }

    private static boolean isRemote(String dependency) {
        return dependency.startsWith("/") || SCHEME.matcher(dependency).matches();
    }
}
