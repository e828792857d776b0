/**
 * Runs attempts as processes of the server's own machine.
 *
 * <p>Each attempt has a folder: {@code work} is where its command runs, {@code log} gets what it prints, and {@code state}
 * says which processes belong to it and how it ended. A small runner outside the server looks after the command, so the
 * server may die and finds everything again by these files and the processes they name.
 */
package org.millwright.adapter.localprocess;
