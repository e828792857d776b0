package org.millwright.scheduler;

import java.io.IOException;
import java.time.Duration;
import org.millwright.compute.spi.ComputeDriver;
import org.millwright.compute.spi.Observation;
import org.millwright.compute.spi.Placement;

/** Where one attempt runs, and what runs it there. */
record Site(ComputeDriver driver, Placement placement) {
    Observation observe() throws IOException {
        return driver.observe(placement);
    }

    Observation await(Duration most) throws IOException, InterruptedException {
        return driver.await(placement, most);
    }

    void stop(Duration grace) throws IOException, InterruptedException {
        driver.stop(placement, grace);
    }

    void discard() throws IOException {
        driver.discard(placement);
    }
}
