package org.millwright.compute.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.spi.ComputeDriver;

/** Knows which driver runs what. */
@ApplicationScoped
public class ComputeDrivers {
    private final Iterable<ComputeDriver> drivers;

    @Inject
    public ComputeDrivers(Instance<ComputeDriver> drivers) {
        this((Iterable<ComputeDriver>) drivers);
    }

    public ComputeDrivers(Iterable<ComputeDriver> drivers) {
        this.drivers = drivers;
    }

    @SuppressWarnings("NullAway")
    protected ComputeDrivers() {
        this((Iterable<ComputeDriver>) null);
    }

    /** @throws IllegalStateException when this server was put together without a driver for it */
    public ComputeDriver of(ComputeKind kind) {
        for (var driver : drivers) {
            if (driver.runs(kind)) {
                return driver;
            }
        }
        throw new IllegalStateException(
                "No driver runs %s".formatted(kind.getClass().getSimpleName()));
    }
}
