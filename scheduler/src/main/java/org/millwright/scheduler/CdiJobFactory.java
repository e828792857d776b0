package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import org.quartz.Job;
import org.quartz.Scheduler;
import org.quartz.spi.JobFactory;
import org.quartz.spi.TriggerFiredBundle;

/** Lets the container make Quartz's jobs, and takes them away once they are done. */
@ApplicationScoped
public class CdiJobFactory implements JobFactory {
    private final Instance<Object> beans;

    @Inject
    public CdiJobFactory(@Any Instance<Object> beans) {
        this.beans = beans;
    }

    @SuppressWarnings("NullAway")
    protected CdiJobFactory() {
        this(null);
    }

    @Override
    public Job newJob(TriggerFiredBundle bundle, Scheduler scheduler) {
        var handle = beans.select(bundle.getJobDetail().getJobClass()).getHandle();
        return context -> {
            try {
                handle.get().execute(context);
            } finally {
                handle.destroy();
            }
        };
    }
}
