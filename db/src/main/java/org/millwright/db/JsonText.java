package org.millwright.db;

/** A JSON document as text, for a jsonb column. */
public record JsonText(String value) {}
