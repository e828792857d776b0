/**
 * What the drivers of Spark clusters have in common, whatever service a cluster is behind.
 *
 * <p>A cluster shares no disk with the server and is told as little as possible: to run one small Python script, the launcher,
 * with a ticket. The launcher asks the server for the rest (see {@link org.millwright.compute.app.AttemptExchange}), runs the
 * job's entry in the Spark application that it is the driver of, and brings back log, outputs and exit code. So the services
 * need to do four things only, which {@link org.millwright.adapter.spark.SparkService} names; each of them is a package of
 * its own.
 */
package org.millwright.adapter.spark;
