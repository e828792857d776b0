package org.millwright.access.model;

/** What a provider answers when it is asked whether a session there still holds. */
public sealed interface Renewal {
    /** It holds, and this is what the provider says of them now. */
    record Holds(Arrival arrival) implements Renewal {}

    /** It holds; the provider gave new tokens and said nothing new of them. @param refreshToken the one to use next */
    record HoldsUnsaid(String refreshToken) implements Renewal {}

    /** The provider no longer knows the session, or no longer lets the person in. */
    record Ended(String reason) implements Renewal {}

    /** There was no answer; nothing is known. */
    record Unanswered(String reason) implements Renewal {}
}
