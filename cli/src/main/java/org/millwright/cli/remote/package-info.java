/** The commands that use a running server: jobs, models, endpoints, compute, schedules, workspaces and tokens. */
@NullMarked
package org.millwright.cli.remote;

import org.jspecify.annotations.NullMarked;
