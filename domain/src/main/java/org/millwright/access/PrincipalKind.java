package org.millwright.access;

/** Who can hold a role. */
public enum PrincipalKind {
    /** A person. */
    USER,
    /** Several people and services that hold roles together. Groups are not in groups. */
    GROUP,
    /** A program that signs in for itself. */
    SERVICE
}
