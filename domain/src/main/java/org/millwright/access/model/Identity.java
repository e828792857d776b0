package org.millwright.access.model;

/**
 * How an identity provider knows somebody, for life: names and addresses change there, this does not.
 *
 * @param provider the name that this server's configuration gives the provider
 * @param subject unique and never reused there: Entra's {@code oid}, elsewhere {@code sub}; a group's identifier
 */
public record Identity(String provider, String subject) {}
