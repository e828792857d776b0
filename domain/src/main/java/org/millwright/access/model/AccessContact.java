package org.millwright.access.model;

/** Whom people are to ask for a role. @param words a name, an address, a channel; empty when the operator named nobody */
public record AccessContact(String words) {}
