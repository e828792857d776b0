/**
 * Whether it still works, and who is told of what happens.
 *
 * <p>Today this is webhooks. A webhook is a receiver outside and the events that it wants; a delivery is one event on its
 * way to one of them. What happens reaches this context by the outbox, so whatever was committed is delivered:
 *
 * <ol>
 *   <li>An event becomes a delivery for each active webhook of its workspace that wants it, in one transaction.
 *   <li>A delivery is sent outside any transaction, at least once, and its outcome is written down afterwards.
 *   <li>Of one subject a webhook gets the events in order: while one has not arrived and is not given up, later ones wait.
 *   <li>A delivery that does not arrive is tried again, each time later, and in the end given up; it can be replayed.
 *   <li>A receiver lies in the public network, unless the operator named it.
 * </ol>
 */
@NullMarked
package org.millwright.monitoring;

import org.jspecify.annotations.NullMarked;
