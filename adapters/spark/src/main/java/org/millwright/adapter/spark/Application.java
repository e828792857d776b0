package org.millwright.adapter.spark;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.JobType;

/**
 * What a service is asked to start: the launcher, with a ticket.
 *
 * @param name unlike that of any other attempt on any server
 * @param launcherUrl where the cluster finds the launcher, when it is not laid on the cluster itself
 * @param ticket what the launcher needs to find back; holds the run's token, so it is never logged
 * @param spark what the job asks Spark for; null when it only uses the driver's machine
 * @param timeLimit of the job; null for none
 */
public record Application(
        String name,
        URI launcherUrl,
        String ticket,
        JobType.@Nullable Spark spark,
        @Nullable Duration timeLimit) {

    /** The settings of Spark that the job asks for. */
    public Map<String, String> conf() {
        return spark == null ? new TreeMap<>() : new TreeMap<>(spark.conf());
    }

    /** What the job brings that lies elsewhere than in its code folder. */
    public List<String> remotePyFiles() {
        return spark == null ? List.of() : Dependencies.remote(spark.pyFiles());
    }

    public List<String> remoteJars() {
        return spark == null ? List.of() : Dependencies.remote(spark.jars());
    }

    public List<String> remoteFiles() {
        return spark == null ? List.of() : Dependencies.remote(spark.files());
    }

    public List<String> remoteArchives() {
        return spark == null ? List.of() : Dependencies.remote(spark.archives());
    }

    @Override
    public String toString() {
        return "Application " + name;
    }
}
