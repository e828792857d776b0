package org.millwright.planted;

import org.quartz.Scheduler;

/** Nobody but the scheduler knows Quartz. */
class PlantedQuartz {
    Scheduler scheduler;
}
