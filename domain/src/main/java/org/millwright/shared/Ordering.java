package org.millwright.shared;

/** By what a search is sorted. Rows that lack the value come last, whichever the direction. */
public record Ordering(Criterion.Subject subject, String key, boolean ascending) {}
