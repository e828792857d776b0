package org.millwright.inference;

import static java.lang.System.Logger.Level.INFO;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.millwright.engine.OnnxEngine;
import org.millwright.engine.ServingFolder;

/**
 * Puts the parts together when the container starts the WAR, and takes them apart when it stops it.
 *
 * <p>By hand and not by CDI: there are five objects, and a container that scans for more makes a pod start later.
 */
public class InferenceApplication implements ServletContextListener {
    private static final System.Logger LOG = System.getLogger(InferenceApplication.class.getName());

    private @Nullable ServedEndpoints endpoints;
    private @Nullable ManifestWatch watch;
    private @Nullable Deadlines deadlines;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        var settings = InferenceSettings.from(System.getenv());
        var folder = new ServingFolder(settings.servingFolder());
        var served = new ServedEndpoints(folder, new LateEngine(OnnxEngine::new), Clock.systemUTC());
        var limits = new Deadlines();
        var registration = event.getServletContext()
                .addServlet("inference", new InferenceServlet(served, limits, new ThreadRandom()));
        registration.addMapping("/*");
        registration.setLoadOnStartup(1);
        // Models are loaded beside the start of the rest; until then the server says that it is not ready.
        var manifests = new ManifestWatch(folder.manifestFolder(), settings.rescan(), served::refresh);
        manifests.start();
        endpoints = served;
        watch = manifests;
        deadlines = limits;
        LOG.log(INFO, "Serving the models of {0}", folder.folder());
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (watch != null) {
            watch.close();
        }
        if (endpoints != null) {
            endpoints.close();
        }
        if (deadlines != null) {
            deadlines.close();
        }
    }

    /** Each thread's own generator: requests do not wait for each other to draw a number. */
    private static final class ThreadRandom implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }
}
