/**
 * What happens without a request: queued jobs are run, events relayed, endpoints brought in line, schedules fired.
 *
 * <p>It calls use cases and drivers and decides nothing. Every loop is woken by a notification and, as a safety net, by a
 * tick; what it holds in memory can be built again from the database, so it may die at any point.
 */
package org.millwright.scheduler;
