/**
 * Spark of a Databricks workspace, by its official SDK for Java: runs/submit, get, get-output and cancel of its Jobs API, and
 * workspace import for the launcher.
 *
 * <p>The SDK speaks over our own HTTP client, so that the server is sent nowhere where it may not go, and brings no second one.
 */
package org.millwright.adapter.databricks;
