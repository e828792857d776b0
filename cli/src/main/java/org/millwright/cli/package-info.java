/**
 * The {@code millwright} command.
 *
 * <p>What every command keeps to:
 *
 * <ol>
 *   <li>The answer goes to standard output, progress and errors go to standard error.
 *   <li>{@code --format json} prints one JSON value and nothing else on standard output.
 *   <li>A failure is a {@link org.millwright.cli.CommandFailed}: one sentence, what to do, and an {@link
 *       org.millwright.cli.ExitCode}. Only {@link org.millwright.cli.CommandErrors} prints it.
 *   <li>{@code --help} ends with an example.
 * </ol>
 *
 * <p>{@code server} starts and stops a server on this machine; {@code client} speaks to a server, here or elsewhere.
 */
package org.millwright.cli;
