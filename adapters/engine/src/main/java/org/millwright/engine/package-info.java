/**
 * Models that answer, and the folder through which the server tells the inference server what to serve.
 *
 * <p>Two sides use this package. The server publishes: it copies a model version into the {@link
 * org.millwright.engine.ServingFolder} and writes a {@link org.millwright.engine.DeploymentManifest} that names it. The
 * inference server serves: it loads what the manifests name through a {@link org.millwright.engine.ScoringEngine} and
 * writes a {@link org.millwright.engine.DeploymentStatus} for each deployment. The folder is all they share, so scoring
 * goes on while the server or its database is away.
 *
 * <ol>
 *   <li>A file in the folder is whole or absent: it is written beside its place and renamed into it.
 *   <li>A model folder never changes once a manifest names it; a new version is a new folder.
 *   <li>Only the server writes manifests and models, only the inference server writes statuses.
 * </ol>
 *
 * Out of scope: HTTP, keys' clear text, and which deployment may be published by whom.
 */
@NullMarked
package org.millwright.engine;

import org.jspecify.annotations.NullMarked;
