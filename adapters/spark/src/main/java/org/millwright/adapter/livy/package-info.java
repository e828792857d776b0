/**
 * Spark behind Apache Livy (0.5 and later), which is HDInsight's API as well: batches over REST.
 *
 * <p>Source: livy.apache.org/docs/latest/rest-api.html, and what Livy 0.7.1 answers. Where they differ: a batch that Livy
 * refuses for its {@code file} is kept under its name in state {@code starting} for ever, so it is deleted; and a second batch of
 * a name is refused with 400 and the number of the second.
 */
package org.millwright.adapter.livy;
