/**
 * Runs attempts in pods of a Kubernetes cluster.
 *
 * <p>Each attempt is one Job, named after it, so that it is found again and never started twice. The Job owns what belongs to
 * it: a Secret with what its pods read, and for several nodes a headless Service by which they find each other. A pod shares
 * no disk with the server: {@code pod.py} in it fetches code and inputs from the server, and sends what the command leaves.
 *
 * <p>What happens in the cluster is heard by watches and never asked for in a loop. While the cluster cannot be reached, what
 * was known last holds.
 */
package org.millwright.adapter.kubernetes;
