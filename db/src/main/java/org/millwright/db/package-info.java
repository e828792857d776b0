/**
 * How the domain's repositories, queue and outbox are kept in PostgreSQL. The only place that knows tables.
 *
 * <p>Rows are package-private beside the repository that uses them; aggregates never see them. Every repository joins its
 * caller's transaction. What is read or written often and narrowly (metrics, the queue, the outbox, credentials) is SQL
 * through {@link org.millwright.db.Database}; aggregates are JPA entities with an optimistic revision.
 */
package org.millwright.db;
