/**
 * Real-time scoring over HTTP, inside the server's EAR or alone on a Liberty of its own.
 *
 * <p>It knows a {@link org.millwright.engine.ServingFolder} and nothing else of the system: no database, no domain, no
 * compute. What it serves is decided by the manifests in that folder, and it reports there how each deployment fares.
 *
 * <ol>
 *   <li>A request is answered by exactly one version of one deployment, from its first byte to its last; a model is
 *       closed only when the last request that uses it has ended.
 *   <li>A manifest or model that cannot be used changes nothing for those who are being served.
 *   <li>Without a valid key, an endpoint that exists and one that does not look the same.
 *   <li>Bad input is answered 4xx and names its place; it never reaches the model.
 * </ol>
 *
 * The way of a request: {@link org.millwright.inference.InferenceServlet} finds the deployment, {@link
 * org.millwright.inference.ScoreBody} turns JSON into tensors, the model runs, {@link
 * org.millwright.inference.ScoreAnswer} turns tensors into JSON. Another protocol is another body and another answer
 * around the same {@link org.millwright.inference.NestedValues}.
 */
@NullMarked
package org.millwright.inference;

import org.jspecify.annotations.NullMarked;
