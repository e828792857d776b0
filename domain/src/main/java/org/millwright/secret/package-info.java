/**
 * Values that are kept and never shown: the secrets of workspaces, and the keys that everything sealed is sealed with.
 *
 * <ol>
 *   <li>A workspace's secret is written and never read by people: whoever may see it sees its name, who set it and when.
 *   <li>A job gets the secrets that its specification names, and no others. They are opened when an attempt starts, in
 *       {@link org.millwright.secret.app.WorkspaceSecrets#openForRun}, the only place that opens them, and are kept in the
 *       clear nowhere.
 *   <li>Every sealed value has a data key of its own, wrapped by a key that has a name. When another key becomes the primary
 *       one, all data keys are wrapped anew, one value at a time, so that it may be cut off at any point.
 *   <li>A key is taken away only when no value needs it.
 * </ol>
 *
 * <p>Out of scope: digests of tokens, which are in the context access; and how values are encrypted, which is an adapter's.
 */
@NullMarked
package org.millwright.secret;

import org.jspecify.annotations.NullMarked;
