package org.millwright.secret.model;

/**
 * A key that this server can use.
 *
 * @param source where it is kept, in words
 * @param primary whether what is sealed now is sealed with it
 * @param removable whether this server may take it away; keys of a vault or of the environment are their owners' to remove
 */
public record SealingKey(KeyId id, String source, boolean primary, boolean removable) {}
